using Gyre.Evaluation.Experiments;

namespace Gyre.Evaluation.Reports.Examples;

/// <summary>Chooses the rows that a report shows, in two passes over the file and in memory that does not grow with it.</summary>
/// <remarks>
/// The first pass reads scores only and keeps the numbers of the rows that are chosen; the second reads the texts of those. Among equal
/// differences, and for the sample, a mix of seed and row number decides, so that the choice is neither the file's beginning nor chance.
/// </remarks>
internal sealed class ExampleSelection
{
    private readonly ExperimentResult _result;
    private readonly ReportOptions _options;
    private readonly RowScores _scores;
    private readonly int _baseline;
    private readonly double[] _directions;
    private readonly Pair[] _pairs;
    private readonly TopRows _failures;
    private readonly TopRows _sample;
    private long _regressed;
    private long _gained;
    private long _failed;

    private ExampleSelection(ExperimentResult result, ReportOptions options)
    {
        (_result, _options, _scores) = (result, options, new RowScores(result));
        _baseline = result.Candidates.ToList().FindIndex(candidate => candidate.Name == result.Baseline);
        _directions = [.. _scores.Scorers.Select(name => result.Metrics.First(metric => metric.Scorer == name).Form.Direction == ScoreDirection.HigherIsBetter ? 1.0 : -1.0)];
        _pairs = [.. Enumerable.Range(0, _scores.Scorers.Count).SelectMany(metric => Enumerable.Range(0, result.Candidates.Count).Where(candidate => candidate != _baseline)
            .Select(candidate => new Pair(metric, candidate, new TopRows(options.Regressions), new TopRows(options.Gains))))];
        (_failures, _sample) = (new TopRows(options.Failures), new TopRows(options.Sample));
    }

    /// <exception cref="EvaluationException">EVA0046, EVA0043, EVA0044.</exception>
    public static ExampleSet Choose(string path, ExperimentResult result, ReportOptions options, CancellationToken cancellationToken = default)
    {
        options.Require();
        var selection = new ExampleSelection(result, options);
        selection.Scan(path, cancellationToken);
        return new ExampleSet(
            selection.Texts(path, cancellationToken),
            selection._scores.Scorers,
            selection._regressed,
            selection._gained,
            selection._failed,
            [.. selection._pairs.Where(pair => pair.Better + pair.Alike + pair.Worse > 0).Select(pair => new RowCounts(pair.Metric, pair.Candidate, pair.Better, pair.Alike, pair.Worse))]);
    }

    private void Scan(string path, CancellationToken cancellationToken)
    {
        using var lines = new RowLines(path);
        while (lines.TryRead(out var line))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _scores.Read(line.Span, lines);
            Add(lines.Number);
        }

        if (lines.Number != _result.Rows)
        {
            throw new EvaluationException("EVA0044", $"Reading the rows of an experiment failed: found {lines.Number} rows, but the result is of {_result.Rows}, so they are of different experiments. File: {path}. Expected rows.jsonl and result.json of one run; run the experiment again.");
        }
    }

    private void Add(long row)
    {
        var mix = Mix(_result.Comparison.Seed + (ulong)row);
        var (isRegressed, isGained) = (false, false);
        foreach (var pair in _pairs)
        {
            if (_scores[_baseline, pair.Metric] is not { } before || _scores[pair.Candidate, pair.Metric] is not { } after)
            {
                continue;
            }

            var gain = (after - before) * _directions[pair.Metric];
            pair.Count(gain);
            if (gain < 0)
            {
                isRegressed = true;
                pair.Regressions.Add(row, -gain, mix, after - before);
            }
            else if (gain > 0)
            {
                isGained = true;
                pair.Gains.Add(row, gain, mix, after - before);
            }
        }

        _regressed += isRegressed ? 1 : 0;
        _gained += isGained ? 1 : 0;
        _sample.Add(row, 0, mix, 0);
        if (_scores.HasFailedCall || _scores.HasUndefined)
        {
            // A metric that is undefined for most rows must not crowd out the calls that failed.
            _failed++;
            _failures.Add(row, _scores.HasFailedCall ? 1 : 0, mix, 0);
        }
    }

    private List<Example> Texts(string path, CancellationToken cancellationToken)
    {
        var chosen = new Dictionary<long, (int Order, List<ExampleTag> Tags)>();
        Take(ExampleKind.Regression, _options.Regressions, pair => pair.Regressions);
        Take(ExampleKind.Gain, _options.Gains, pair => pair.Gains);
        foreach (var (kind, rows) in new[] { (ExampleKind.Failure, _failures), (ExampleKind.Sample, _sample) })
        {
            foreach (var (row, _) in rows.Sorted())
            {
                Tag(row, new ExampleTag(kind));
            }
        }

        var examples = new List<Example>(chosen.Count);
        using var lines = new RowLines(path);
        while (examples.Count < chosen.Count && lines.TryRead(out var line))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (chosen.TryGetValue(lines.Number, out var choice))
            {
                examples.Add(ExampleRow.Read(line, lines, _result, _options.MostCharacters, choice.Tags));
            }
        }

        return [.. examples.OrderBy(example => chosen[example.Number].Order)];

        // In turn the largest of each metric and candidate, for differences of different metrics have no common measure.
        void Take(ExampleKind kind, int most, Func<Pair, TopRows> of)
        {
            var sorted = _pairs.Select(pair => (pair, rows: of(pair).Sorted())).ToArray();
            var taken = new HashSet<long>();
            for (var rank = 0; rank < most; rank++)
            {
                foreach (var (pair, rows) in sorted.Where(item => rank < item.rows.Count))
                {
                    var (row, difference) = rows[rank];
                    if (taken.Contains(row) || taken.Count < most)
                    {
                        taken.Add(row);
                        Tag(row, new ExampleTag(kind, pair.Metric, pair.Candidate, difference));
                    }
                }
            }
        }

        void Tag(long row, ExampleTag tag)
        {
            if (!chosen.TryGetValue(row, out var choice))
            {
                chosen.Add(row, choice = (chosen.Count, []));
            }

            choice.Tags.Add(tag);
        }
    }

    // Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014 (the finalizer of SplitMix64).
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private sealed class Pair(int metric, int candidate, TopRows regressions, TopRows gains)
    {
        public int Metric => metric;

        public int Candidate => candidate;

        public TopRows Regressions => regressions;

        public TopRows Gains => gains;

        public long Better { get; private set; }

        public long Alike { get; private set; }

        public long Worse { get; private set; }

        public void Count(double gain)
        {
            Better += gain > 0 ? 1 : 0;
            Alike += gain == 0 ? 1 : 0;
            Worse += gain < 0 ? 1 : 0;
        }
    }
}
