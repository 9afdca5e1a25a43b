using System.CommandLine;
using Gyre.Cli.Ratings;
using Gyre.Registry.Ratings;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre ratings create</c>: a campaign from an experiment's answers.</summary>
internal sealed class RatingsCreateVerb() : Verb("create", "Make a rating campaign from the answers of an experiment.")
{
    private readonly Argument<string> _name = new("NAME") { Description = "The campaign's name; raters see it." };
    private readonly Option<string> _from = new("--from") { Description = "The folder of an experiment (what 'gyre eval --out' wrote), or its rows.jsonl.", HelpName = "DIR", Required = true };
    private readonly Option<string?> _form = new("--form") { Description = "single: one answer and questions; pairs: two answers and which is better (the default).", HelpName = "single|pairs" };
    private readonly Option<string?> _candidates = new("--candidates") { Description = "Only these, parted by commas (default: all; for pairs each with each).", HelpName = "A,B" };
    private readonly Option<int?> _sample = new("--sample") { Description = "So many rows, chosen at random (default: all).", HelpName = "N" };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Decides the sample, orders, sides and repeats.", HelpName = "N" };
    private readonly Option<string?> _rubric = new("--rubric") { Description = "What raters are asked (YAML or JSON); default: quality from 1 to 5, or which is better.", HelpName = "FILE" };
    private readonly Option<int> _raters = new("--raters") { Description = "How many raters each item shall have.", HelpName = "N", DefaultValueFactory = _ => 2 };
    private readonly Option<double> _repeats = new("--repeats") { Description = "The share of a rater's items that come a second time, to see how far they agree with themselves (0 to 0.5).", HelpName = "SHARE", DefaultValueFactory = _ => 0.1 };
    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre ratings create tone --from runs/tone",
        "gyre ratings create tone --from runs/tone --form pairs --candidates plain,tuned --sample 100 --seed 1 --raters 3",
        "gyre ratings create quality --from runs/tone --form single --rubric rubric.yaml --json",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_name);
        foreach (var option in (Option[])[_from, _form, _candidates, _sample, _seed, _rubric, _raters, _repeats, _data])
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        if (parse.GetValue(_sample) is < 1)
        {
            throw new CliException("CLI0002", $"--sample is {parse.GetValue(_sample)}; expected 1 or more.");
        }

        var form = parse.GetValue(_form) switch
        {
            null => (RatingForm?)null,
            "single" => RatingForm.Single,
            "pairs" => RatingForm.Pairs,
            var other => throw new CliException("CLI0002", $"--form is '{other}'; expected single or pairs."),
        };
        var rubric = parse.GetValue(_rubric) is { } path ? RubricFile.Load(path) : RatingRubric.Default(form ?? RatingForm.Pairs);
        if (form is not null && form != rubric.Form)
        {
            throw new CliException("CLI0002", $"--form is {parse.GetValue(_form)}, and the rubric is for {(rubric.Form == RatingForm.Single ? "single" : "pairs")}; expected one and the same.");
        }

        var from = parse.GetValue(_from)!; // The parser demands the option.
        var seed = parse.GetValue(_seed);
        var candidates = parse.GetValue(_candidates)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var selection = ItemSelection.Read(from, rubric.Form, candidates, parse.GetValue(_sample), seed);
        using var ratings = RatingDatabase.Open(DataFolder.Resolve(parse.GetValue(_data)), creates: true);
        var campaign = await ratings.Store.CreateAsync(
            new RatingCampaignPlan
            {
                Name = parse.GetValue(_name)!, // The parser demands the argument.
                Rubric = rubric,
                Items = selection.Items,
                RatersWanted = parse.GetValue(_raters),
                RepeatShare = parse.GetValue(_repeats),
                Seed = seed,
                Source = Path.GetFullPath(from),
            },
            cancellationToken);
        string[] shown = [.. selection.Items.SelectMany(item => item.Outputs).Select(output => output.Candidate).Distinct(StringComparer.Ordinal)];
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { campaign.Name, Form = campaign.Rubric.Form.ToString().ToLowerInvariant(), Items = selection.Items.Count, selection.Rows, selection.Eligible, selection.Without, Candidates = shown, campaign.RatersWanted, campaign.RepeatShare, campaign.Seed });
            return ExitCode.Success;
        }

        await terminal.Output.WriteLineAsync($"Made '{campaign.Name}': {selection.Items.Count} items from {selection.Rows} of {selection.Eligible} rows, candidates {string.Join(", ", shown)}, {campaign.RatersWanted} raters each, seed {campaign.Seed}.");
        if (selection.Without > 0)
        {
            await terminal.Error.WriteLineAsync($"{selection.Without} rows were left out: a candidate has no answer there.");
        }

        await terminal.Output.WriteLineAsync($"Raters go to /ratings/{campaign.Name}/rate of the server that 'gyre up' starts on this data folder.");
        return ExitCode.Success;
    }
}
