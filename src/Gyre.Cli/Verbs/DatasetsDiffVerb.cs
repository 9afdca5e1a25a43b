using System.CommandLine;
using System.Text.Json;
using Gyre.Cli.Datasets;
using Gyre.Registry.Datasets;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets diff</c>: what is different between two versions.</summary>
internal sealed class DatasetsDiffVerb() : Verb("diff", "Compare two versions by the ids of their rows: added, removed, changed.")
{
    private const int MostLineCharacters = 160;

    private readonly Argument<string> _from = new("A") { Description = "The version of before." };

    private readonly Argument<string> _to = new("B") { Description = "The version of after; may be of another dataset." };

    private readonly Option<int> _rows = new("--rows") { Description = "How many rows of each kind to show (0 to 1,000).", HelpName = "N", DefaultValueFactory = _ => 5 };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples => ["gyre datasets diff questions@1 questions@2", "gyre datasets diff questions@gold questions --rows 0 --json"];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_from);
        command.Arguments.Add(_to);
        command.Options.Add(_rows);
        command.Options.Add(_data);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var count = parse.GetValue(_rows);
        if (count is < 0 or > 1000)
        {
            throw new CliException("CLI0002", $"--rows is {count}; expected 0 to 1000.");
        }

        using var datasets = CliDatasets.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var difference = await datasets.Store.CompareAsync(DatasetReference.Parse(parse.GetValue(_from)!), DatasetReference.Parse(parse.GetValue(_to)!), count, cancellationToken); // The parser demands both.
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new
            {
                from = difference.From.Reference,
                to = difference.To.Reference,
                difference.Added,
                difference.Removed,
                difference.Changed,
                difference.Same,
                difference.IsReordered,
                difference.AddedColumns,
                difference.RemovedColumns,
                origins = DatasetOrigins.Changes(difference.From, difference.To).Select(change => new { change.Column, change.Value, change.Before, change.After }),
                rows = difference.Preview.Select(row => new { row.Id, ChangedFields = DatasetOrigins.ChangedFields(row), Before = Parsed(row.Before), After = Parsed(row.After) }),
            });
            return ExitCode.Success;
        }

        await terminal.Output.WriteLineAsync($"{difference.From.Reference} → {difference.To.Reference}: {difference.Added} added, {difference.Removed} removed, {difference.Changed} changed, {difference.Same} the same{(difference.IsReordered ? ", in another order" : "")}");
        await SayAsync("columns added: ", difference.AddedColumns);
        await SayAsync("columns removed: ", difference.RemovedColumns);
        foreach (var change in DatasetOrigins.Changes(difference.From, difference.To))
        {
            await terminal.Output.WriteLineAsync($"{change.Column} {DatasetText.Line(change.Value.Length == 0 ? "(unknown)" : change.Value)}: {change.Before:N0} → {change.After:N0}");
        }

        foreach (var row in difference.Preview)
        {
            await SayAsync("changed fields: ", DatasetOrigins.ChangedFields(row));
            await LineAsync(row.Before, row.After is null ? "- " : "< ");
            await LineAsync(row.After, row.Before is null ? "+ " : "> ");
        }

        return ExitCode.Success;

        static JsonElement? Parsed(string? line) => line is null ? null : JsonElement.Parse(line);

        Task SayAsync(string name, IReadOnlyList<string> columns) => columns.Count == 0 ? Task.CompletedTask : terminal.Output.WriteLineAsync(name + DatasetText.Line(string.Join(", ", columns)));

        Task LineAsync(string? line, string mark) => line is null ? Task.CompletedTask : terminal.Output.WriteLineAsync(mark + DatasetText.Line(line, MostLineCharacters));
    }
}
