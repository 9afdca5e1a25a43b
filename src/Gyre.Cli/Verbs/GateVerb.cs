using System.CommandLine;
using Gyre.Cli.Evaluation;
using Gyre.Evaluation;
using Gyre.Evaluation.Recipes;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre gate</c>: lets a candidate through, or not.</summary>
internal sealed class GateVerb() : Verb("gate", "Compare candidates with the baseline; ends with 1 when one is worse by more than its tolerance, beyond chance.")
{
    private readonly Argument<string> _recipe = new("RECIPE") { Description = "The evaluation recipe (YAML) with a baseline, candidates and metrics with a tolerance." };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "A folder for every answer and score and the reports; what is there is not asked again.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre gate recipes/stylesprint.yaml",
        "gyre gate recipes/stylesprint.yaml --out runs/gate",
        "gyre gate recipes/stylesprint.yaml --json",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_recipe);
        command.Options.Add(_out);
        command.Options.Add(_data);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var path = parse.GetValue(_recipe)!; // The parser demands the argument.
        var recipe = EvaluationRecipe.Load(path);
        if (recipe.Candidates.Count < 2 || recipe.Metrics.All(metric => metric.Tolerance is null))
        {
            throw new EvaluationException(
                "EVA0016",
                $"Opening the gate failed: found {recipe.Candidates.Count} candidate(s) and {recipe.Metrics.Count(metric => metric.Tolerance is not null)} metric(s) with a tolerance; expected a baseline, at least one candidate beside it, and at least one 'tolerance:'. Recipe: {path}. Add what is missing.");
        }

        await using var session = await ExperimentSession.OpenAsync(recipe, parse.GetValue(_out), DataFolder.Resolve(parse.GetValue(_data)), cancellationToken);
        var result = await ExperimentView.RunAsync(session.Plan, terminal, cancellationToken);
        await ExperimentView.WriteReportsAsync(parse.GetValue(_out), result, terminal, cancellationToken);
        if (parse.GetValue(Json))
        {
            await terminal.Output.WriteLineAsync(ExperimentJson.Write(result, session.ModelDigests, null));
        }
        else
        {
            terminal.Rich.Write(ExperimentView.Gates(session.Plan, result));
            var failed = result.Candidates.Sum(candidate => candidate.Failed);
            await terminal.Output.WriteLineAsync($"{(result.IsGateOpen ? "The gate is open." : "The gate stays SHUT.")} {result.Rows} rows of {result.Dataset} (version {result.DatasetDigest[..12]}), {failed} calls failed; 'shows from' is the least regression that so many rows show in 80 of 100 cases.");
        }

        return result.IsGateOpen ? ExitCode.Success : ExitCode.Negative;
    }
}
