using System.CommandLine;
using Gyre.Cli.Ratings;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre ratings</c>: what people say of outputs.</summary>
internal sealed class RatingsVerb() : Verb("ratings", "Have people rate outputs, blind, in the console: make campaigns, watch them, read what they found.")
{
    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre ratings create tone --from runs/tone --form pairs --candidates plain,tuned --sample 100 --raters 2",
        "gyre ratings list",
        "gyre ratings show tone --unblind",
        "gyre ratings export tone --by item > tone.jsonl",
        "gyre ratings close tone",
    ];

    protected override IReadOnlyList<Verb> Verbs => [new RatingsCreateVerb(), new RatingsListVerb(), new RatingsShowVerb(), new RatingsExportVerb(), new RatingsCloseVerb()];

    protected override void Configure(Command command) => command.Options.Add(_data);

    protected override Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken) =>
        RatingsListVerb.ListAsync(parse.GetValue(_data), parse.GetValue(Json), terminal, cancellationToken);
}
