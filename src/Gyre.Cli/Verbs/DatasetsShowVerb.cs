using System.CommandLine;
using System.Text;
using System.Text.Json;
using Gyre.Cli.Datasets;
using Gyre.Registry.Datasets;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets show</c>: what a version holds and where it is from.</summary>
internal sealed class DatasetsShowVerb() : Verb("show", "Show a version: columns, where its rows are from up to the source, the first rows.")
{
    private const int MostShownRows = 1000;
    private const int MostLineCharacters = 160;

    private readonly Argument<string> _version = new("NAME[@VERSION]") { Description = "A dataset, with @number, @label or @sha256:…; the newest without." };

    private readonly Option<int> _rows = new("--rows") { Description = $"How many rows to show (0 to {MostShownRows}).", HelpName = "N", DefaultValueFactory = _ => 3 };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples => ["gyre datasets show questions", "gyre datasets show questions@2 --rows 10", "gyre datasets show questions@gold --json"];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_version);
        command.Options.Add(_rows);
        command.Options.Add(_data);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var count = parse.GetValue(_rows);
        if (count is < 0 or > MostShownRows)
        {
            throw new CliException("CLI0002", $"--rows is {count}; expected 0 to {MostShownRows}. 'gyre datasets export' writes all rows.");
        }

        using var datasets = CliDatasets.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var lineage = await datasets.Store.LineageAsync(DatasetReference.Parse(parse.GetValue(_version)!), cancellationToken); // The parser demands the argument.
        var content = await datasets.Store.OpenAsync(lineage.Version, cancellationToken);
        var rows = content.Read().Take(count).ToArray();
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { version = DatasetText.ToJson(lineage.Version), lineage = DatasetText.ToJson(lineage), origins = DatasetOrigins.Of(lineage.Version), rows = rows.Select(row => JsonElement.Parse(row.Span)) });
            return ExitCode.Success;
        }

        Write(terminal, lineage.Version);
        foreach (var (name, counts) in DatasetOrigins.Of(lineage.Version))
        {
            Curation.BuildView.WriteCounts(terminal, name, counts);
        }

        await terminal.Output.WriteLineAsync();
        DatasetText.WriteLineage(terminal, lineage);
        DatasetText.WriteSchema(terminal, lineage.Version);
        foreach (var row in rows)
        {
            await terminal.Output.WriteLineAsync(DatasetText.Line(Encoding.UTF8.GetString(row.Span), MostLineCharacters));
        }

        return ExitCode.Success;
    }

    private static void Write(Terminal terminal, DatasetVersion version)
    {
        terminal.Output.WriteLine($"{version.Reference}  {version.Rows} rows  {DatasetText.Size(version.LengthBytes)}  {DatasetText.Time(version.CreatedAt)}{(version.CreatedBy.Length > 0 ? $"  by {DatasetText.Line(version.CreatedBy)}" : "")}");
        terminal.Output.WriteLine($"sha256    {version.Digest}");
        Say("DEPRECATED", version.Deprecation ?? "");
        Say("labels", string.Join(", ", version.Labels));
        Say("tags", string.Join(", ", version.Tags));
        Say("licence", version.Licence);
        Say("note", version.Note);

        void Say(string name, string text)
        {
            if (text.Length > 0)
            {
                terminal.Output.WriteLine($"{name,-8}  {DatasetText.Line(text)}");
            }
        }
    }
}
