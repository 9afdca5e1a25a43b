using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Replies;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Experiments;

/// <summary>What an experiment measures and how.</summary>
public sealed record ExperimentPlan
{
    private const int MostParts = 1000;

    /// <summary>The experiment's name.</summary>
    public required string Name { get; init; }

    /// <summary>The dataset version that every candidate answers.</summary>
    public required IDataset Dataset { get; init; }

    /// <summary>What is compared; at least one, names are unique.</summary>
    public required IReadOnlyList<ICandidate> Candidates { get; init; }

    /// <summary>The measurements; at least one.</summary>
    public required IReadOnlyList<ScorerPlan> Scorers { get; init; }

    /// <summary>The candidate with which the others are compared; null for the first.</summary>
    public string? Baseline { get; init; }

    /// <summary>What the rows are parted by, beside the table of all rows.</summary>
    public IReadOnlyList<SegmentKey> Segments { get; init; } = [];

    /// <summary>Rows in flight at once, 1 to 256.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>The experiment stops when this many calls of one candidate failed; 1 or more.</summary>
    public int MaxFailures { get; init; } = 20;

    /// <summary>Replies of earlier runs; null to ask everything.</summary>
    public ReplyCache? Replies { get; init; }

    /// <summary>Receives a line a row with all answers and scores; null to keep the totals only.</summary>
    public string? RowsPath { get; init; }

    /// <summary>The metric by which a candidate is chosen, one of <see cref="Scorers"/>; null to choose none.</summary>
    public (string Scorer, string? Task)? DecidesBy { get; init; }

    /// <summary>True to ask every row's other wordings too (<see cref="ParaphraseFacts"/>), for scorers of consistency. Those calls are kept like others, and not counted among a candidate's calls.</summary>
    public bool AsksParaphrases { get; init; }

    /// <summary>True to give scorers the answers of all candidates (<see cref="OutputFacts"/>), for those that compare.</summary>
    public bool SharesOutputs { get; init; }

    /// <summary>Seed, confidence and resamples of intervals and tests.</summary>
    public ComparisonOptions Comparison { get; init; } = new();

    /// <summary>Sees every row with its answers and scores as it leaves, in the order of the rows, on one thread at a time; null for nobody.</summary>
    internal Action<RowOutcome>? Seen { get; init; }

    /// <summary>The most parts of a segment key; rows beyond go to "(other)".</summary>
    internal static int MostSegmentParts => MostParts;

    /// <summary>The baseline, or the first candidate.</summary>
    internal string BaselineName => Baseline ?? Candidates[0].Name;

    internal List<string> Faults()
    {
        var faults = new List<string>();
        Add(Candidates.Count == 0, "there are no candidates; expected at least one");
        Add(Scorers.Count == 0, "there are no scorers; expected at least one");
        Add(Parallelism is < 1 or > 256, $"parallelism is {Parallelism}; expected 1 to 256");
        Add(MaxFailures < 1, $"maxFailures is {MaxFailures}; expected 1 or more");
        Add(Baseline is not null && Candidates.All(candidate => candidate.Name != Baseline), $"the baseline '{Baseline}' is no candidate; expected one of {string.Join(", ", Candidates.Select(candidate => candidate.Name))}");
        faults.AddRange(Candidates.CountBy(candidate => candidate.Name).Where(pair => pair.Value > 1).Select(pair => $"{pair.Value} candidates are called '{pair.Key}'"));
        faults.AddRange(Scorers.CountBy(plan => (plan.Task, plan.Scorer.Name)).Where(pair => pair.Value > 1).Select(pair => $"the scorer '{pair.Key.Name}' is planned {pair.Value} times for {(pair.Key.Task is { } task ? $"the task '{task}'" : "all rows")}"));
        Add(DecidesBy is { } by && Scorers.All(plan => (plan.Scorer.Name, plan.Task) != by), $"the decision is by '{DecidesBy?.Scorer}' of {DecidesBy?.Task ?? "all rows"}, which is not planned; expected one of {string.Join(", ", Scorers.Select(plan => plan.Scorer.Name).Distinct(StringComparer.Ordinal))}");
        faults.AddRange(Scorers.Where(plan => plan.Tolerance is < 0 or double.NaN).Select(plan => $"the tolerance of '{plan.Scorer.Name}' is {plan.Tolerance}; expected 0 or more"));
        return faults;

        void Add(bool isFault, string fault)
        {
            if (isFault)
            {
                faults.Add(fault);
            }
        }
    }
}
