using System.CommandLine;
using Gyre.Cli.Ratings;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre ratings list</c>: the campaigns and how far they are.</summary>
internal sealed class RatingsListVerb() : Verb("list", "List rating campaigns and how far they are.")
{
    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples => ["gyre ratings list", "gyre ratings list --json"];

    public static async Task<int> ListAsync(string? folder, bool isJson, Terminal terminal, CancellationToken cancellationToken)
    {
        using var ratings = RatingDatabase.Open(DataFolder.Resolve(folder));
        var campaigns = await ratings.Store.ListAsync(cancellationToken);
        if (isJson)
        {
            terminal.WriteJson(new { campaigns = campaigns.Select(one => new { one.Campaign.Name, Form = one.Campaign.Rubric.Form.ToString().ToLowerInvariant(), one.Campaign.IsOpen, one.Campaign.CreatedAt, one.Campaign.Seed, one.Progress }) });
        }
        else
        {
            RatingView.List(terminal, campaigns);
        }

        return ExitCode.Success;
    }

    protected override void Configure(Command command) => command.Options.Add(_data);

    protected override Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken) =>
        ListAsync(parse.GetValue(_data), parse.GetValue(Json), terminal, cancellationToken);
}
