using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Replies;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>Two candidates, side by side before a judge.</summary>
public sealed record PairwisePlan
{
    /// <summary>The dataset version that both answer.</summary>
    public required IDataset Dataset { get; init; }

    /// <summary>The candidate whose win rate is told.</summary>
    public required ICandidate First { get; init; }

    /// <summary>The other.</summary>
    public required ICandidate Second { get; init; }

    /// <summary>Who judges.</summary>
    public required IPairJudge Judge { get; init; }

    /// <summary>Who judges as well, to hold the judge's verdicts against: people's verdicts, another model, a jury; null for nobody.</summary>
    public IPairJudge? Control { get; init; }

    /// <summary>Replies of earlier runs; null to ask everything. Judges keep theirs by <see cref="KeptChatClient"/>.</summary>
    public ReplyCache? Replies { get; init; }

    /// <summary>Rows in flight at once, 1 to 256.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>The run stops when this many rows have no pair because a candidate failed; 1 or more.</summary>
    public int MaxFailures { get; init; } = 20;

    /// <summary>Seed, confidence and resamples.</summary>
    public ComparisonOptions Comparison { get; init; } = new();

    internal List<string> Faults()
    {
        var faults = new List<string>();
        if (First.Name == Second.Name)
        {
            faults.Add($"both candidates are called '{First.Name}'");
        }

        if (Parallelism is < 1 or > 256)
        {
            faults.Add($"parallelism is {Parallelism}; expected 1 to 256");
        }

        if (MaxFailures < 1)
        {
            faults.Add($"maxFailures is {MaxFailures}; expected 1 or more");
        }

        return faults;
    }
}
