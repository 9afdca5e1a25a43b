using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Replies;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Recipes;

/// <summary>A whole evaluation as its YAML file describes it: the rows, the candidates, the measurements and the demands.</summary>
public sealed record EvaluationRecipe
{
    /// <summary>The recipe's own name.</summary>
    public required string Name { get; init; }

    /// <summary>Where the rows come from.</summary>
    public required DatasetRecipe Dataset { get; init; }

    /// <summary>What is measured: one model, or several side by side.</summary>
    public required IReadOnlyList<CandidateRecipe> Candidates { get; init; }

    /// <summary>The candidate that others are compared with; null for the first.</summary>
    public string? Baseline { get; init; }

    /// <summary>The models that judge.</summary>
    public IReadOnlyList<JudgeRecipe> Judges { get; init; } = [];

    /// <summary>The measurements, in the order of the table.</summary>
    public required IReadOnlyList<MetricRecipe> Metrics { get; init; }

    /// <summary>The metric by which a candidate is chosen; null to choose none.</summary>
    public MetricRecipe? DecidesBy { get; init; }

    /// <summary>What the rows are parted by: <c>task</c>, <c>family</c>, <c>subject</c> or a fact's name.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>Rows in flight at once.</summary>
    public required int Parallelism { get; init; }

    /// <summary>The confidence of the intervals; 1 minus it is the level of the gate.</summary>
    public required double Confidence { get; init; }

    /// <summary>Bootstrap samples and permutations.</summary>
    public int Resamples { get; init; } = 5_000;

    /// <summary>Seed of intervals and tests.</summary>
    public ulong Seed { get; init; }

    /// <summary>Reads a recipe from a file of at most 1 MiB.</summary>
    /// <exception cref="EvaluationException">
    /// EVA0001: the file cannot be read. EVA0002: it is not one YAML mapping. EVA0003: it has faults; all are listed with their line.
    /// </exception>
    public static EvaluationRecipe Load(string path) => EvaluationRecipeReader.Load(path);

    /// <summary>Reads a recipe from text.</summary>
    /// <exception cref="EvaluationException">EVA0002 and EVA0003, as <see cref="Load"/>.</exception>
    /// <param name="yaml">The recipe.</param>
    /// <param name="source">What error messages call it.</param>
    public static EvaluationRecipe Parse(string yaml, string source = "recipe") => EvaluationRecipeReader.Parse(yaml, source);

    /// <summary>The plan of the experiment that the recipe describes.</summary>
    /// <param name="dataset">The rows that <see cref="Dataset"/> names.</param>
    /// <param name="candidates">The candidates that <see cref="Candidates"/> names, in their order.</param>
    /// <param name="sources">The judges and encoders that <see cref="Metrics"/> name.</param>
    /// <param name="replies">Replies of earlier runs; null for none.</param>
    /// <param name="rowsPath">Where a line a row goes; null for nowhere.</param>
    /// <exception cref="EvaluationException">EVA0013: a judge or an encoder is not among the sources.</exception>
    public ExperimentPlan ToPlan(IDataset dataset, IReadOnlyList<ICandidate> candidates, ScorerSources sources, ReplyCache? replies, string? rowsPath)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ScorerPlan[] scorers = [.. Metrics.Select(metric => new ScorerPlan(sources.Make(metric), metric.Task) { Threshold = metric.Threshold, Tolerance = metric.Tolerance, Effect = metric.Effect })];
        return new ExperimentPlan
        {
            Name = Name,
            Dataset = dataset,
            Candidates = candidates,
            Baseline = Baseline,
            Scorers = scorers,
            DecidesBy = DecidesBy is { } by ? (scorers[Metrics.ToList().IndexOf(by)].Scorer.Name, by.Task) : null,
            Segments = [.. Segments.Select(name => new SegmentKey(name))],
            Parallelism = Parallelism,
            Replies = replies,
            RowsPath = rowsPath,
            AsksParaphrases = Metrics.Any(metric => metric.Settings?.By is not null),
            SharesOutputs = Metrics.Any(metric => metric.Settings?.Against is not null),
            Comparison = new ComparisonOptions { Seed = Seed, Confidence = Confidence, Resamples = Resamples },
        };
    }
}
