using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Experiments;

/// <summary>The statistics of one planned scorer for all candidates, in the order of the rows, with the part that each row belongs to.</summary>
internal sealed class ScoreTable
{
    private const int MostReasons = 64;
    private const string Other = "(other)";
    private readonly IReadOnlyList<SegmentKey> _segments;
    private readonly SampleStatistics[] _candidates;
    private readonly Dictionary<string, long>[] _reasons;
    private readonly List<int>[] _parts;
    private readonly Dictionary<string, int>[] _partNumbers;

    public ScoreTable(ScorerPlan plan, int candidates, IReadOnlyList<SegmentKey> segments, int rows)
    {
        (Plan, _segments) = (plan, segments);
        _candidates = [.. Enumerable.Range(0, candidates).Select(_ => new SampleStatistics(plan.Scorer.Width, rows))];
        _reasons = [.. Enumerable.Range(0, candidates).Select(_ => new Dictionary<string, long>(StringComparer.Ordinal))];
        _parts = [.. segments.Select(_ => new List<int>())];
        _partNumbers = [.. segments.Select(_ => new Dictionary<string, int>(StringComparer.Ordinal))];
    }

    public ScorerPlan Plan { get; }

    /// <summary>True when the scorer looks at the row.</summary>
    public bool Takes(DatasetRow row) => Plan.Task is null || Plan.Task == row.Task;

    /// <summary>Adds a row's scores, one a candidate.</summary>
    public void Add(RowOutcome outcome, int scorer)
    {
        for (var i = 0; i < _candidates.Length; i++)
        {
            var candidate = outcome.Candidates[i];
            if (candidate.Scores[scorer] is { Statistics.Count: > 0 } score)
            {
                _candidates[i].Add([.. score.Statistics]);
            }
            else
            {
                _candidates[i].AddUndefined();
                Count(_reasons[i], candidate.Scores[scorer]?.Reason ?? "the call failed");
            }
        }

        for (var i = 0; i < _segments.Count; i++)
        {
            var numbers = _partNumbers[i];
            var part = _segments[i].Of(outcome.Row);
            part = numbers.ContainsKey(part) || numbers.Count < ExperimentPlan.MostSegmentParts ? part : Other;
            numbers.TryAdd(part, numbers.Count);
            _parts[i].Add(numbers[part]);
        }
    }

    /// <summary>The parts: first all rows, then those of each key in the order of their names.</summary>
    public IEnumerable<(string Segment, SampleStatistics[] Candidates)> Parts()
    {
        yield return ("", _candidates);
        for (var i = 0; i < _segments.Count; i++)
        {
            foreach (var (part, number) in _partNumbers[i].OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                yield return ($"{_segments[i].Name}={part}", [.. _candidates.Select(all => Choose(all, _parts[i], number))]);
            }
        }
    }

    /// <summary>The commonest reason why answers of a candidate have no value; empty when all have one.</summary>
    public string CommonestReason(int candidate) => _reasons[candidate].Count == 0 ? "" : _reasons[candidate].OrderBy(pair => pair.Key, StringComparer.Ordinal).MaxBy(pair => pair.Value).Key;

    public MetricValue Combine(ReadOnlySpan<double> sums, long count) => Plan.Scorer.Combine(sums, count);

    private static SampleStatistics Choose(SampleStatistics all, List<int> parts, int number)
    {
        var chosen = new SampleStatistics(all.Width);
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] != number)
            {
                continue;
            }

            if (all.IsDefined(i))
            {
                chosen.Add(all[i]);
            }
            else
            {
                chosen.AddUndefined();
            }
        }

        return chosen;
    }

    private static void Count(Dictionary<string, long> reasons, string reason)
    {
        if (reasons.Count < MostReasons || reasons.ContainsKey(reason))
        {
            reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
        }
    }
}
