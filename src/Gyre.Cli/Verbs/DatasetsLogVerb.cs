using System.CommandLine;
using Gyre.Cli.Datasets;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets log</c>: what happened to a dataset.</summary>
internal sealed class DatasetsLogVerb() : Verb("log", "Tell what happened to a dataset: versions, labels, deprecations, deletions, newest first.")
{
    private readonly Argument<string> _name = new("NAME") { Description = "The dataset." };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples => ["gyre datasets log questions", "gyre datasets log questions --json"];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_name);
        command.Options.Add(_data);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        using var datasets = CliDatasets.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var events = await datasets.Store.EventsAsync(parse.GetValue(_name)!, cancellationToken); // The parser demands the argument.
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { events });
            return ExitCode.Success;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn("time").AddColumn("what").AddColumn("by").AddColumn("note");
        foreach (var happened in events)
        {
            var what = happened.Kind switch
            {
                "labelled" => $"'{happened.Label}': {(happened.Previous is { } previous ? $"{previous} → " : "")}{happened.Number}",
                "unlabelled" => $"'{happened.Label}' taken from {happened.Number}",
                _ => $"{happened.Kind} {happened.Number}",
            };
            table.AddRow(DatasetText.Time(happened.At), Markup.Escape(what), Markup.Escape(DatasetText.Line(happened.By)), Markup.Escape(DatasetText.Line(happened.Note, 100)));
        }

        terminal.Rich.Write(table);
        return ExitCode.Success;
    }
}
