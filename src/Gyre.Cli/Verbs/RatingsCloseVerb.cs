using System.CommandLine;
using Gyre.Cli.Ratings;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre ratings close</c>: ends a campaign.</summary>
internal sealed class RatingsCloseVerb() : Verb("close", "End a campaign: nobody rates in it any more, and its results may be seen by all.")
{
    private readonly Argument<string> _name = new("NAME") { Description = "The campaign." };
    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples => ["gyre ratings close tone"];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_name);
        command.Options.Add(_data);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        using var ratings = RatingDatabase.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var campaign = await ratings.Store.CloseAsync(parse.GetValue(_name)!, cancellationToken); // The parser demands the argument.
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { campaign.Name, campaign.ClosedAt });
        }
        else
        {
            await terminal.Output.WriteLineAsync($"'{campaign.Name}' is closed. 'gyre ratings show {campaign.Name}' shows what it found.");
        }

        return ExitCode.Success;
    }
}
