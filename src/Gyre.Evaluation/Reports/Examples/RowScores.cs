using System.Text.Json;
using Gyre.Evaluation.Experiments;

namespace Gyre.Evaluation.Reports.Examples;

/// <summary>The scores of one row, read over and over from line after line without keeping texts.</summary>
internal sealed class RowScores
{
    private const int MostDepth = 8;

    private readonly string[] _candidates;
    private readonly bool[] _isSeen;
    private readonly bool[] _isFailed;
    private readonly bool[] _isUndefined;
    private readonly double[] _values;

    public RowScores(ExperimentResult result)
    {
        _candidates = [.. result.Candidates.Select(candidate => candidate.Name)];
        Scorers = [.. result.Metrics.Select(metric => metric.Scorer).Distinct(StringComparer.Ordinal)];
        _isSeen = new bool[_candidates.Length];
        _isFailed = new bool[_candidates.Length];
        _isUndefined = new bool[_candidates.Length * Scorers.Count];
        _values = new double[_candidates.Length * Scorers.Count];
    }

    /// <summary>The names of the metrics; a name that is planned for several tasks stands once.</summary>
    public IReadOnlyList<string> Scorers { get; }

    /// <summary>True when a call failed.</summary>
    public bool HasFailedCall { get; private set; }

    /// <summary>True when a score has no value.</summary>
    public bool HasUndefined { get; private set; }

    /// <summary>The value of a candidate by a metric; null when there is none.</summary>
    public double? this[int candidate, int scorer] => _values[(candidate * Scorers.Count) + scorer] is var value && double.IsNaN(value) ? null : value;

    /// <summary>True when a candidate's call failed.</summary>
    public bool IsFailed(int candidate) => _isFailed[candidate];

    /// <summary>True when a score was wanted of a candidate's answer and has no value.</summary>
    public bool IsUndefined(int candidate, int scorer) => _isUndefined[(candidate * Scorers.Count) + scorer];

    /// <summary>Reads a line.</summary>
    /// <param name="line">The row.</param>
    /// <param name="lines">Where it is from, for messages.</param>
    /// <param name="parts">Also told of the parts that the row belongs to; null when nobody asks.</param>
    /// <exception cref="EvaluationException">EVA0043: it is no row. EVA0044: it is of other candidates.</exception>
    public void Read(ReadOnlySpan<byte> line, RowLines lines, RowParts? parts = null)
    {
        Array.Clear(_isSeen);
        Array.Clear(_isFailed);
        Array.Clear(_isUndefined);
        parts?.Clear();
        Array.Fill(_values, double.NaN);
        (HasFailedCall, HasUndefined) = (false, false);
        try
        {
            var json = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MostDepth });
            Require(ref json, JsonTokenType.StartObject);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("candidates"u8))
                {
                    json.Read();
                    ReadCandidates(ref json, lines);
                }
                else if (parts is null || !parts.TryRead(ref json))
                {
                    json.Read();
                    json.Skip();
                }
            }

            json.Read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw lines.Damaged("is not a row; expected one JSON object with the candidates' answers and scores.", error);
        }

        if (Array.IndexOf(_isSeen, false) is >= 0 and var missing)
        {
            throw Strange(lines, $"lacks the candidate '{_candidates[missing]}'");
        }
    }

    private static EvaluationException Strange(RowLines lines, string what) => new(
        "EVA0044", $"Reading the rows of an experiment failed: line {lines.Number} {what}, so rows and result are of different experiments. Expected rows.jsonl and result.json of one run; run the experiment again.");

    private static void Require(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (!json.Read() || json.TokenType != type)
        {
            throw new FormatException($"Expected {type}.");
        }
    }

    private void ReadCandidates(ref Utf8JsonReader json, RowLines lines)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var candidate = IndexOf(ref json, _candidates);
            if (candidate < 0)
            {
                throw Strange(lines, $"has the candidate '{json.GetString()}', which the result lacks");
            }

            _isSeen[candidate] = true;
            Require(ref json, JsonTokenType.StartObject);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var (isError, isScores) = (json.ValueTextEquals("error"u8), json.ValueTextEquals("scores"u8));
                json.Read();
                if (isScores && json.TokenType == JsonTokenType.StartObject)
                {
                    ReadScores(ref json, candidate);
                    continue;
                }

                HasFailedCall |= isError;
                _isFailed[candidate] |= isError;
                json.Skip();
            }
        }
    }

    private void ReadScores(ref Utf8JsonReader json, int candidate)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var scorer = IndexOf(ref json, Scorers);
            Require(ref json, JsonTokenType.StartObject);
            var value = double.NaN;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isValue = json.ValueTextEquals("value"u8);
                json.Read();
                if (isValue)
                {
                    value = json.GetDouble();
                }
                else
                {
                    json.Skip();
                }
            }

            HasUndefined |= !double.IsFinite(value);
            if (scorer < 0)
            {
                continue;
            }

            var place = (candidate * Scorers.Count) + scorer;
            if (double.IsFinite(value))
            {
                _values[place] = value;
            }
            else
            {
                _isUndefined[place] = true;
            }
        }
    }

    private static int IndexOf(ref Utf8JsonReader json, IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (json.ValueTextEquals(names[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
