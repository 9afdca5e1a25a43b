using Gyre.Evaluation.Experiments;

namespace Gyre.Evaluation.Reports.Examples;

/// <summary>Finds rows by the columns of their index.</summary>
internal sealed class RowSearch(ExperimentResult result, RowIndexShape shape, RowIndex index)
{
    private const int MostTextLetters = 1_000;

    /// <exception cref="EvaluationException">EVA0048: the query does not fit the experiment.</exception>
    public RowNumbers Find(RowQuery query)
    {
        var (candidate, scorer, part) = Check(query);
        if (query.Kind == RowKind.All && part is null)
        {
            return RowNumbers.All(shape.Rows);
        }

        var baseline = IndexOf(shape.Candidates, result.Baseline);
        int[] candidates = candidate is { } one ? [one] : [.. Enumerable.Range(0, shape.Candidates.Count).Where(i => query.Kind is RowKind.Failed or RowKind.Undefined || i != baseline)];
        int[] scorers = scorer is { } metric ? [metric] : [.. Enumerable.Range(0, shape.Scorers.Count)];
        var isSized = query.Kind is RowKind.Regressions or RowKind.Gains && candidates.Length == 1 && scorers.Length == 1;
        var found = new List<(double Size, long Number)>();
        var match = new Matches(shape, index);
        foreach (var (first, count) in index.Chunks())
        {
            var sizes = match.Start(count);
            switch (query.Kind)
            {
                case RowKind.All:
                    sizes.Fill(1);
                    break;
                case RowKind.Failed:
                    match.Failed(first, candidates);
                    break;
                case RowKind.Undefined:
                    match.Undefined(first, candidates, scorers);
                    break;
                default:
                    foreach (var by in scorers)
                    {
                        var isMoreBetter = result.Metrics.First(known => known.Scorer == shape.Scorers[by]).Form.Direction == ScoreDirection.HigherIsBetter;
                        match.Changed(first, baseline, candidates, by, isMoreBetter == (query.Kind == RowKind.Gains) ? 1 : -1);
                    }

                    break;
            }

            if (part is { } wanted)
            {
                match.OnlyOf(first, wanted);
            }

            for (var i = 0; i < count; i++)
            {
                if (sizes[i] > 0)
                {
                    found.Add((sizes[i], first + i + 1));
                }
            }
        }

        if (isSized)
        {
            found.Sort(static (one, other) => one.Size != other.Size ? other.Size.CompareTo(one.Size) : one.Number.CompareTo(other.Number));
        }

        return RowNumbers.Of(found);
    }

    private (int? Candidate, int? Scorer, (int Key, int Part)? Part) Check(RowQuery query)
    {
        if (query.Take is < 1 or > RowQuery.MostRows || query.From < 0 || query.MostCharacters < 100 || query.SearchBytes < 1 || query.Text is { Length: 0 or > MostTextLetters })
        {
            throw Fault($"found {query.Take} rows from {query.From}, a text of {query.Text?.Length ?? 0} characters, {query.MostCharacters} characters a text; expected 1 to {RowQuery.MostRows} rows from 0 on, a text of 1 to {MostTextLetters} characters, and at least 100 characters a text");
        }

        var candidate = Known(query.Candidate, shape.Candidates, "candidate");
        var scorer = Known(query.Metric, shape.Scorers, "metric");
        if (query.Kind is RowKind.Regressions or RowKind.Gains && candidate is { } place && shape.Candidates[place] == result.Baseline)
        {
            throw Fault($"the candidate '{Clip(result.Baseline)}' is the baseline, which is not compared with itself; expected another");
        }

        if (query.Segment is not { } segment)
        {
            return (candidate, scorer, null);
        }

        var cut = segment.IndexOf('=', StringComparison.Ordinal);
        var key = cut < 0 ? -1 : IndexOf(shape.Keys, segment[..cut]);
        if (key < 0)
        {
            throw Fault($"the part is '{Clip(segment)}'; expected one of {string.Join(", ", shape.Keys.Select(name => $"{Clip(name)}=…"))}");
        }

        var parts = index.Parts[key] ?? throw Fault($"the part is '{Clip(segment)}', and the rows have more than {RowParts.MostNames} parts of that key, too many to find rows by; search for a text instead");
        var number = IndexOf(parts, segment[(cut + 1)..]);
        return number >= 0 ? (candidate, scorer, (key, number))
            : throw Fault(parts.Count == 0
                ? $"the part is '{Clip(segment)}', and the rows do not say their parts of that key: they were written by an earlier version. Run the experiment again; replies are kept"
                : $"no row is of the part '{Clip(segment)}'; expected one of the {parts.Count} parts of that key");
    }

    private static int? Known(string? name, IReadOnlyList<string> known, string what) => name is null ? null
        : IndexOf(known, name) is >= 0 and var place ? place
        : throw Fault($"the {what} is '{Clip(name)}'; expected one of {string.Join(", ", known.Take(20).Select(Clip))}");

    private static EvaluationException Fault(string what) => new("EVA0048", $"Looking for rows of an experiment failed: {what}.");

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static string Clip(string text) => text.Length <= 80 ? text : text[..80] + "…";

    /// <summary>What matches in one piece of the rows: a size above 0.</summary>
    private sealed class Matches(RowIndexShape shape, RowIndex index)
    {
        private double[] _sizes = [];
        private double[] _before = [];
        private double[] _after = [];
        private byte[] _calls = [];
        private int[] _parts = [];
        private int _count;

        public Span<double> Start(int count)
        {
            if (_sizes.Length < count)
            {
                (_sizes, _before, _after, _parts) = (new double[count], new double[count], new double[count], new int[count]);
                _calls = new byte[count * shape.Candidates.Count];
            }

            _count = count;
            _sizes.AsSpan(0, count).Clear();
            return _sizes.AsSpan(0, count);
        }

        public void Failed(long first, int[] candidates)
        {
            index.ReadCalls(_calls.AsSpan(0, _count * shape.Candidates.Count), first);
            for (var i = 0; i < _count; i++)
            {
                foreach (var candidate in candidates)
                {
                    _sizes[i] += _calls[(i * shape.Candidates.Count) + candidate];
                }
            }
        }

        public void Undefined(long first, int[] candidates, int[] scorers)
        {
            foreach (var candidate in candidates)
            {
                foreach (var scorer in scorers)
                {
                    index.ReadValues(candidate, scorer, _after.AsSpan(0, _count), first);
                    for (var i = 0; i < _count; i++)
                    {
                        _sizes[i] += double.IsPositiveInfinity(_after[i]) ? 1 : 0;
                    }
                }
            }
        }

        public void Changed(long first, int baseline, int[] candidates, int scorer, double sign)
        {
            index.ReadValues(baseline, scorer, _before.AsSpan(0, _count), first);
            foreach (var candidate in candidates)
            {
                index.ReadValues(candidate, scorer, _after.AsSpan(0, _count), first);
                for (var i = 0; i < _count; i++)
                {
                    var change = double.IsFinite(_after[i]) && double.IsFinite(_before[i]) ? sign * (_after[i] - _before[i]) : 0;
                    _sizes[i] = Math.Max(_sizes[i], change);
                }
            }
        }

        public void OnlyOf(long first, (int Key, int Part) wanted)
        {
            index.ReadParts(wanted.Key, _parts.AsSpan(0, _count), first);
            for (var i = 0; i < _count; i++)
            {
                _sizes[i] = _parts[i] == wanted.Part ? _sizes[i] : 0;
            }
        }
    }
}
