using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Selection;

/// <summary>All evidence of a choice, by its names.</summary>
/// <remarks>Filled by one thread before it is used.</remarks>
public sealed class SelectionEvidence
{
    private readonly SelectionRecipe _recipe;
    private readonly Dictionary<string, IEvidence> _evidence = new(StringComparer.Ordinal);
    private readonly List<EvidenceSource> _sources = [];
    private readonly List<ReviewNote> _notes = [];

    /// <summary>Begins with nothing.</summary>
    /// <param name="recipe">What it is for.</param>
    public SelectionEvidence(SelectionRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        _recipe = recipe;
    }

    /// <summary>The sources in the order in which they came.</summary>
    public IReadOnlyList<EvidenceSource> Sources => _sources;

    /// <summary>What people said.</summary>
    public IReadOnlyList<ReviewNote> Notes => _notes;

    /// <summary>Adds an experiment.</summary>
    /// <param name="name">The evidence's name in the recipe.</param>
    /// <param name="result">What it found.</param>
    /// <param name="origin">Where it was read or written.</param>
    /// <param name="digest">SHA-256 of its file.</param>
    public void AddExperiment(string name, ExperimentResult result, string origin, string digest)
    {
        ArgumentNullException.ThrowIfNull(result);
        var names = Recipe(name).Names;
        _evidence.Add(name, new ExperimentEvidence(result, names));
        var identity = _recipe.Candidates
            .Select(candidate => (candidate.Name, Summary: result.Candidates.FirstOrDefault(known => known.Name == names.GetValueOrDefault(candidate.Name, candidate.Name))))
            .Where(pair => pair.Summary is not null)
            .ToDictionary(pair => pair.Name, pair => pair.Summary!.Digest, StringComparer.Ordinal); // Filtered above.
        _sources.Add(new EvidenceSource(
            name, "experiment", null, origin, digest, $"'{result.Name}': {result.Rows} rows of {result.Dataset}, version {Short(result.DatasetDigest)}; {result.Provenance}", identity));
    }

    /// <summary>Adds the benchmark results that the recipe names.</summary>
    /// <param name="name">The evidence's name in the recipe.</param>
    /// <exception cref="EvaluationException">EVA0123: a file cannot be read. EVA0125: they cannot stand beside each other.</exception>
    public void AddBenchmarks(string name)
    {
        var figures = Recipe(name).Benchmarks.ToDictionary(pair => pair.Key, pair => (Path: pair.Value, Figures: BenchmarkFigures.Load(pair.Value)), StringComparer.Ordinal);
        var faults = BenchmarkEvidence.Differences([.. figures.Values.Select(one => one.Figures)]);
        if (faults.Length > 0)
        {
            throw new EvaluationException("EVA0125", $"Reading evidence failed: the results of '{name}' cannot be compared: {faults}. Files: {string.Join(", ", figures.Values.Select(one => one.Path))}. Run the benchmark on all candidates in the same way.");
        }

        _evidence.Add(name, new BenchmarkEvidence(figures.ToDictionary(pair => pair.Key, pair => pair.Value.Figures, StringComparer.Ordinal)));
        foreach (var (candidate, (path, one)) in figures)
        {
            _sources.Add(new EvidenceSource(
                name, "benchmark", candidate, path, one.Digest, $"{one.Benchmark} on {one.Model}: {one.Answered} of {one.Total} items have a result",
                new Dictionary<string, string>(StringComparer.Ordinal) { [candidate] = one.ModelDigest }));
        }
    }

    /// <summary>Adds the review that the recipe names.</summary>
    /// <param name="name">The evidence's name in the recipe.</param>
    /// <exception cref="EvaluationException">EVA0120, EVA0124: the file. EVA0126: it is of a candidate that the recipe does not have.</exception>
    public void AddReview(string name)
    {
        var path = Recipe(name).Review ?? throw new ArgumentException($"Add a review: the evidence '{name}' is none.", nameof(name));
        var review = ReviewFile.Load(path);
        if (review.Notes.FirstOrDefault(note => _recipe.Candidates.All(candidate => candidate.Name != note.Candidate)) is { } stray)
        {
            throw new EvaluationException("EVA0126", $"Reading evidence failed: the review is of '{stray.Candidate}', which is no candidate; expected one of {string.Join(", ", _recipe.Candidates.Select(candidate => candidate.Name))}. File: {path}. Correct the name.");
        }

        _evidence.Add(name, new ReviewEvidence(review, _recipe.Confidence));
        _notes.AddRange(review.Notes);
        var people = review.Notes.Select(note => note.By).Distinct(StringComparer.Ordinal).Count();
        _sources.Add(new EvidenceSource(
            name, "review", null, path, review.Digest, $"{review.Notes.Count(note => note.Rating is not null)} ratings and {review.Notes.Count(note => note.Text.Length > 0)} notes of {people} {(people == 1 ? "person" : "people")}", new Dictionary<string, string>(StringComparer.Ordinal)));
    }

    /// <summary>What there is of an objective and a candidate.</summary>
    internal Finding Find(SelectionObjective objective, SelectionCandidate candidate, CandidateFacts facts)
    {
        var calls = CallsOf(candidate.Name);
        return objective.Measure switch
        {
            SelectionMeasure.Evidence => _evidence.TryGetValue(objective.Evidence!, out var evidence) // The reader demands it.
                ? evidence.Find(objective, candidate.Name)
                : Finding.Missing($"the evidence '{objective.Evidence}' was not given"),
            SelectionMeasure.P95Seconds => Low(calls?.P95Seconds, "no experiment timed its calls"),
            SelectionMeasure.MedianSeconds => Low(calls?.MedianSeconds, "no experiment timed its calls"),
            SelectionMeasure.MemoryMib => Low(facts.MemoryMib, facts.MemoryNote),
            SelectionMeasure.CostPerThousand => Low(CostOf(candidate, calls).Cost, CostOf(candidate, calls).Note),
            _ => candidate.Openness.Level is { } level
                ? new Finding(new Measurement(level), "", ScoreDirection.HigherIsBetter, 0, OpennessProfile.Most)
                : Finding.Missing($"nobody answered {string.Join(", ", candidate.Openness.Unanswered)}"),
        };
    }

    internal PairedDifference? Compare(SelectionObjective objective, string first, string second) =>
        objective.Measure == SelectionMeasure.Evidence && _evidence.TryGetValue(objective.Evidence!, out var evidence) ? evidence.Compare(objective, first, second) : null; // The reader demands it.

    /// <summary>The calls that latency and cost are of.</summary>
    internal CandidateSummary? CallsOf(string candidate) => _recipe.Serving.CallsFrom is { } name
        ? _evidence.GetValueOrDefault(name)?.CallsOf(candidate)
        : _evidence.Values.Select(evidence => evidence.CallsOf(candidate)).FirstOrDefault(calls => calls is not null);

    /// <summary>By the price of tokens, else by the machine's time, one call after another.</summary>
    internal (double? Cost, string Note) CostOf(SelectionCandidate candidate, CandidateSummary? calls)
    {
        var answered = (calls?.Rows ?? 0) - (calls?.Failed ?? 0);
        if (calls is null || answered <= 0)
        {
            return (null, "no experiment shows what its calls take");
        }

        if (candidate.Recipe.PricePerMillion is var (input, output))
        {
            return calls.InputTokens + calls.OutputTokens == 0
                ? (null, "its calls did not say their tokens")
                : ((((double)input * calls.InputTokens) + ((double)output * calls.OutputTokens)) / 1e6 / answered * 1000, "tokens at their price");
        }

        return _recipe.Serving.MachinePricePerHour is not { } price ? (null, "neither a price of tokens nor one of the machine is given")
            : calls.MedianSeconds is { } seconds ? (seconds * 1000 / 3600 * price, "the machine's time, one call after another at the median")
            : (null, "no experiment timed its calls");
    }

    private static Finding Low(double? value, string reason) => value is { } number
        ? new Finding(new Measurement(number, Unit: MetricUnit.Number), "", ScoreDirection.LowerIsBetter, 0, double.PositiveInfinity)
        : Finding.Missing(reason);

    private static string Short(string digest) => digest.Length > 12 ? digest[..12] : digest;

    private SelectionEvidenceRecipe Recipe(string name) => _recipe.Evidence.FirstOrDefault(evidence => evidence.Name == name)
        ?? throw new ArgumentException($"Add evidence: the recipe has none of the name '{name}'.", nameof(name));
}
