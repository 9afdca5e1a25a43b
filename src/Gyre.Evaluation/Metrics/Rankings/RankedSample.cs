namespace Gyre.Evaluation.Metrics.Rankings;

/// <summary>A ranking of documents for one query, and which documents people judged to be how relevant.</summary>
/// <remarks>Immutable; safe for several threads. Documents without a judgement count as not relevant, but not as judged.</remarks>
public sealed class RankedSample
{
    /// <summary>The greatest grade, so that 2 to its power stays a number.</summary>
    public const int MostRelevance = 100;

    private const int Unjudged = int.MinValue;
    private readonly int[] _grades;
    private readonly int[] _ideal;

    /// <summary>A ranking in its order.</summary>
    /// <param name="ranked">Document ids, the best first, all different; may be empty.</param>
    /// <param name="relevance">Grades of judged documents; 0 is judged and not relevant, below 0 counts as not judged.</param>
    /// <param name="relevantFrom">The least grade that counts as relevant where only yes or no counts.</param>
    /// <exception cref="ArgumentException">An id twice, or a grade above <see cref="MostRelevance"/>.</exception>
    public RankedSample(IReadOnlyList<string> ranked, IReadOnlyDictionary<string, int> relevance, int relevantFrom = 1)
    {
        ArgumentNullException.ThrowIfNull(ranked);
        ArgumentNullException.ThrowIfNull(relevance);
        ArgumentOutOfRangeException.ThrowIfLessThan(relevantFrom, 1);
        var seen = new HashSet<string>(ranked.Count, StringComparer.Ordinal);
        _grades = new int[ranked.Count];
        for (var i = 0; i < _grades.Length; i++)
        {
            if (!seen.Add(ranked[i]))
            {
                throw new ArgumentException($"Take a ranking: document '{ranked[i]}' stands at rank {i + 1} and before; expected every document once.", nameof(ranked));
            }

            _grades[i] = relevance.TryGetValue(ranked[i], out var grade) && grade >= 0 ? grade : Unjudged;
        }

        RelevantFrom = relevantFrom;
        foreach (var (id, grade) in relevance)
        {
            if (grade > MostRelevance)
            {
                throw new ArgumentException($"Take a ranking: document '{id}' has grade {grade}; expected at most {MostRelevance}.", nameof(relevance));
            }

            Relevant += grade >= relevantFrom ? 1 : 0;
            JudgedNotRelevant += grade >= 0 && grade < relevantFrom ? 1 : 0;
        }

        _ideal = [.. relevance.Values.Where(grade => grade > 0).OrderDescending()];
    }

    /// <summary>Documents in the ranking.</summary>
    public int Count => _grades.Length;

    /// <summary>The least grade that counts as relevant.</summary>
    public int RelevantFrom { get; }

    /// <summary>Documents judged relevant, in the ranking or not.</summary>
    public int Relevant { get; }

    /// <summary>Documents judged not relevant, in the ranking or not.</summary>
    public int JudgedNotRelevant { get; }

    /// <summary>Every grade above 0, the greatest first.</summary>
    internal ReadOnlySpan<int> Ideal => _ideal;

    /// <summary>A ranking by scores: the greatest first, equal ones by id from the last to the first in ordinal order, as trec_eval does.</summary>
    /// <param name="scored">Documents, all different. Scores are rounded to single precision before they are compared, as trec_eval does; NaN is refused.</param>
    /// <param name="relevance">Grades of judged documents.</param>
    /// <param name="relevantFrom">The least grade that counts as relevant.</param>
    /// <param name="most">How many of the ranking count.</param>
    public static RankedSample FromScores(
        IEnumerable<KeyValuePair<string, double>> scored, IReadOnlyDictionary<string, int> relevance, int relevantFrom = 1, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(scored);
        var all = scored.Select(pair => double.IsNaN(pair.Value)
            ? throw new ArgumentException($"Rank by scores: document '{pair.Key}' has the score NaN; expected a number.", nameof(scored))
            : (pair.Key, Score: (float)pair.Value));
        return new RankedSample(
            [.. all.OrderByDescending(document => document.Score).ThenByDescending(document => document.Key, StringComparer.Ordinal).Take(most).Select(document => document.Key)],
            relevance,
            relevantFrom);
    }

    /// <summary>True when the document at a rank (from 0) is relevant.</summary>
    internal bool IsRelevant(int rank) => _grades[rank] >= RelevantFrom;

    /// <summary>True when the document at a rank is judged and not relevant.</summary>
    internal bool IsJudgedNotRelevant(int rank) => _grades[rank] >= 0 && _grades[rank] < RelevantFrom;

    /// <summary>The grade at a rank; 0 without a judgement.</summary>
    internal int GradeAt(int rank) => Math.Max(0, _grades[rank]);

    /// <summary>Relevant documents in the first ranks.</summary>
    internal int RelevantIn(int ranks)
    {
        var found = 0;
        for (var i = 0; i < Math.Min(ranks, Count); i++)
        {
            found += IsRelevant(i) ? 1 : 0;
        }

        return found;
    }
}
