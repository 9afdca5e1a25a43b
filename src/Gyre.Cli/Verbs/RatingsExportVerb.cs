using System.CommandLine;
using Gyre.Cli.Ratings;
using Gyre.Server.Ratings;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre ratings export</c>: the ratings as a file.</summary>
internal sealed class RatingsExportVerb() : Verb("export", "Write a campaign's ratings to standard output, as JSON Lines or CSV.")
{
    private readonly Argument<string> _name = new("NAME") { Description = "The campaign." };
    private readonly Option<string> _format = new("--format") { Description = "jsonl or csv.", HelpName = "jsonl|csv", DefaultValueFactory = _ => "jsonl" };
    private readonly Option<string> _by = new("--by") { Description = "A line a rating, or a line an item with what its raters say together.", HelpName = "rating|item", DefaultValueFactory = _ => "rating" };
    private readonly Option<bool> _unblind = new("--unblind") { Description = "Export although the campaign is open; that is kept with it." };
    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre ratings export tone > tone.jsonl",
        "gyre ratings export tone --format csv --by item > tone.csv",
        "gyre judge tone.jsonl --output first --against second --people preferred",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_name);
        foreach (var option in (Option[])[_format, _by, _unblind, _data])
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var isCsv = IsSecond(parse.GetValue(_format)!, "--format", "jsonl", "csv"); // The options have defaults.
        var byItem = IsSecond(parse.GetValue(_by)!, "--by", "rating", "item");
        using var ratings = RatingDatabase.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var results = await ratings.Store.ReadResultsAsync(parse.GetValue(_name)!, parse.GetValue(_unblind), cancellationToken); // The parser demands the argument.
        foreach (var line in isCsv ? RatingExport.Csv(results, byItem) : RatingExport.JsonLines(results, byItem))
        {
            await terminal.Output.WriteAsync(line);
        }

        return ExitCode.Success;
    }

    private static bool IsSecond(string given, string option, string first, string second) => given == second
        || (given == first ? false : throw new CliException("CLI0002", $"{option} is '{given}'; expected {first} or {second}."));
}
