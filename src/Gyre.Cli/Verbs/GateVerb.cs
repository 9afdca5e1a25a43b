using System.CommandLine;
using Gyre.Cli.Evaluation;
using Gyre.Evaluation;
using Gyre.Evaluation.Recipes;
using Gyre.Server.Hosting;

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

    private readonly Option<string?> _baseline = new("--baseline")
    {
        Description = "Compare with the answers of an earlier experiment in this folder instead of the recipe's baseline; 'DIR' takes its baseline, 'DIR:NAME' another of its candidates.",
        HelpName = "DIR[:NAME]",
    };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre gate recipes/stylesprint.yaml",
        "gyre gate recipes/stylesprint.yaml --out runs/gate",
        "gyre gate recipes/default.yaml --baseline runs/released",
        "gyre gate recipes/stylesprint.yaml --json",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_recipe);
        command.Options.Add(_out);
        command.Options.Add(_baseline);
        command.Options.Add(_data);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var path = parse.GetValue(_recipe)!; // The parser demands the argument.
        var recipe = WithBaseline(EvaluationRecipe.Load(path), parse.GetValue(_baseline));
        if (recipe.Candidates.Count < 2 || recipe.Metrics.All(metric => metric.Tolerance is null))
        {
            throw new EvaluationException(
                "EVA0016",
                $"Opening the gate failed: found {recipe.Candidates.Count} candidate(s) and {recipe.Metrics.Count(metric => metric.Tolerance is not null)} metric(s) with a tolerance; expected a baseline, at least one candidate beside it, and at least one 'tolerance:'. Recipe: {path}. Add what is missing.");
        }

        var (folder, dataFolder) = (parse.GetValue(_out), DataFolder.Resolve(parse.GetValue(_data)));
        ExperimentView.KeepRecipe(folder, path, $"gyre gate {path}{(parse.GetValue(_baseline) is { } baseline ? $" --baseline {baseline}" : "")}");
        await using var session = await ExperimentSession.OpenAsync(recipe, folder, dataFolder, null, cancellationToken);
        var started = TimeProvider.System.GetUtcNow();
        var result = await ExperimentView.RunAsync(session.Plan, terminal, cancellationToken);
        await ExperimentView.WriteReportsAsync(folder, result, terminal, cancellationToken);
        var entry = await ExperimentEntries.RecordAsync(dataFolder, folder, result, started, TimeProvider.System, new RandomIdSource(), terminal.Error, cancellationToken);
        await ExperimentEntries.RecordUseAsync(dataFolder, recipe.Dataset, entry, cancellationToken);
        if (parse.GetValue(Json))
        {
            await terminal.Output.WriteLineAsync(ExperimentView.Json(result, session.ModelDigests, null));
        }
        else
        {
            ExperimentView.PrintGate(terminal, result);
        }

        return result.IsGateOpen ? ExitCode.Success : ExitCode.Negative;
    }

    /// <summary>The stored answers stand beside the recipe's candidates, without its own baseline when there are others.</summary>
    private static EvaluationRecipe WithBaseline(EvaluationRecipe recipe, string? reference)
    {
        if (reference is null)
        {
            return recipe;
        }

        var colon = Directory.Exists(reference) ? -1 : reference.LastIndexOf(':');
        var (folder, candidate) = colon > 0 ? (reference[..colon], reference[(colon + 1)..]) : (reference, null);
        var others = recipe.Baseline is { } own ? recipe.Candidates.Where(known => known.Name != own).ToArray() : [.. recipe.Candidates];
        var name = $"stored {candidate ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))}";
        return recipe with { Candidates = [new CandidateRecipe { Name = name, Stored = folder, StoredCandidate = candidate }, .. others], Baseline = name };
    }
}
