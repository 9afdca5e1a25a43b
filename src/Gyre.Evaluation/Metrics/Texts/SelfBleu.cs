using System.Runtime.InteropServices;
using Gyre.Contracts;

namespace Gyre.Evaluation.Metrics.Texts;

/// <summary>Self-BLEU: how much texts repeat each other. Each text is scored by BLEU with all others as its references, and the mean is the value; less is more varied.</summary>
/// <remarks>
/// A text's score depends on all others, so that nothing adds up: it is no <see cref="IMetric{TSample}"/>, has no value before two
/// texts are there, and no interval by resampling. Of many texts a sample is kept, as the source does, here by a draw for
/// each key: the same ones whatever order they come in.
/// <para>Words stand between white space; case counts. Texts without words are counted apart and have no score.</para>
/// <para>Cost: memory of the kept texts; the value takes time linear in their n-grams.</para>
/// <para>Source: Y. Zhu et al., "Texygen", 2018; sentence BLEU with equal weights and smoothing method 1 as in NLTK 3.8.</para>
/// </remarks>
public sealed class SelfBleu
{
    /// <summary>The texts that the source looks at.</summary>
    public const int SourceTexts = 500;

    private const double Epsilon = 0.1;
    private readonly int _order;
    private readonly int _most;
    private readonly ulong _seed;
    private readonly SortedSet<(ulong Draw, string Key)> _draws = new(Comparer<(ulong Draw, string Key)>.Create(static (one, other) => one.Draw != other.Draw ? one.Draw.CompareTo(other.Draw) : string.CompareOrdinal(one.Key, other.Key)));
    private readonly Dictionary<string, string> _kept = new(StringComparer.Ordinal);

    /// <summary>An empty measurement.</summary>
    /// <param name="order">Words of the longest n-grams, 1 to 8.</param>
    /// <param name="most">The most texts that are kept, 2 to 100,000.</param>
    /// <param name="seed">Which sample of many texts.</param>
    public SelfBleu(int order = 4, int most = SourceTexts, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(order, Math.Clamp(order, 1, 8), nameof(order));
        ArgumentOutOfRangeException.ThrowIfNotEqual(most, Math.Clamp(most, 2, 100_000), nameof(most));
        (_order, _most, _seed) = (order, most, seed);
    }

    /// <summary><c>self-bleu-N</c>.</summary>
    public string Name => $"self-bleu-{_order}";

    /// <summary>What the number means.</summary>
    public MetricForm Form { get; } = new(ScoreDirection.LowerIsBetter, MetricUnit.Share, 0, 1, "Zhu et al. 2018; NLTK 3.8 method 1");

    /// <summary>Texts that were added and have words.</summary>
    public long Count { get; private set; }

    /// <summary>Texts that were added and have no words.</summary>
    public long Empty { get; private set; }

    /// <summary>Texts that are kept for the value.</summary>
    public int Kept => _kept.Count;

    /// <summary>The value of the kept texts; undefined before two are there.</summary>
    public MetricValue Value => Kept < 2
        ? MetricValue.Undefined(UndefinedCause.NoSamples, $"there are {Kept} texts with words, and each is compared with the others")
        : MetricValue.Of(Scores([.. _draws.Select(draw => _kept[draw.Key])], _order).Average());

    /// <summary>Adds a text.</summary>
    /// <param name="key">What tells it from the others, a row's id say; decides whether it is in the sample. The last text of a key counts.</param>
    /// <param name="text">The text.</param>
    public void Add(string key, string text)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(text);
        if (string.IsNullOrWhiteSpace(text))
        {
            Empty++;
            return;
        }

        Count++;
        var draw = (new SeededRandom(_seed).Fork(key).NextUInt64(), key);
        if (_kept.Count == _most && !_kept.ContainsKey(key))
        {
            var last = _draws.Max;
            if (_draws.Comparer.Compare(draw, last) > 0)
            {
                return;
            }

            _draws.Remove(last);
            _kept.Remove(last.Key);
        }

        _draws.Add(draw);
        _kept[key] = text;
    }

    /// <summary>The self-BLEU of all given texts.</summary>
    /// <param name="texts">Texts, of which those without words are left out.</param>
    /// <param name="order">Words of the longest n-grams, 1 to 8.</param>
    public static MetricValue Of(IReadOnlyList<string> texts, int order = 4)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfNotEqual(order, Math.Clamp(order, 1, 8), nameof(order));
        string[] worded = [.. texts.Where(text => !string.IsNullOrWhiteSpace(text))];
        return worded.Length < 2
            ? MetricValue.Undefined(UndefinedCause.NoSamples, $"there are {worded.Length} texts with words, and each is compared with the others")
            : MetricValue.Of(Scores(worded, order).Average());
    }

    private static double[] Scores(string[] texts, int order)
    {
        var words = new Dictionary<string, int>(StringComparer.Ordinal);
        var sequences = texts.Select(text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => Number(words, word)).ToArray()).ToArray();
        var lengths = new LengthCounts(sequences);
        var logs = new double[sequences.Length];
        var hasWord = new bool[sequences.Length];
        var grams = sequences.Select(sequence => sequence.ToArray()).ToArray(); // The n-gram that begins at each place, by number.
        for (var n = 1; n <= order; n++)
        {
            if (n > 1)
            {
                Lengthen(grams, sequences, n);
            }

            var counts = grams.Select((own, i) => CountGrams(own.AsSpan(0, Math.Max(0, sequences[i].Length - n + 1)))).ToArray();
            var others = OtherCounts(counts);
            for (var i = 0; i < counts.Length; i++)
            {
                var matches = counts[i].Sum(pair => (long)Math.Min(pair.Value, others[pair.Key].Of(i)));
                hasWord[i] |= n == 1 && matches > 0;
                logs[i] += Math.Log((matches == 0 ? Epsilon : matches) / Math.Max(1, sequences[i].Length - n + 1)) / order;
            }
        }

        return [.. sequences.Select((sequence, i) => hasWord[i] ? Math.Exp(logs[i]) * Brevity(sequence.Length, lengths.ClosestOther(sequence.Length)) : 0)];
    }

    private static double Brevity(int length, int reference) => length > reference ? 1 : Math.Exp(1 - ((double)reference / length));

    /// <summary>Numbers the n-grams by the shorter one they begin with and the word that they add.</summary>
    private static void Lengthen(int[][] grams, int[][] sequences, int length)
    {
        var numbers = new Dictionary<(int Begin, int Word), int>();
        for (var i = 0; i < grams.Length; i++)
        {
            for (var at = 0; at + length <= sequences[i].Length; at++)
            {
                grams[i][at] = Number(numbers, (grams[i][at], sequences[i][at + length - 1]));
            }
        }
    }

    private static int Number<TKey>(Dictionary<TKey, int> numbers, TKey key)
        where TKey : notnull
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, key, out var isThere);
        return isThere ? number : number = numbers.Count;
    }

    private static Dictionary<int, int> CountGrams(ReadOnlySpan<int> grams)
    {
        var counts = new Dictionary<int, int>();
        foreach (var gram in grams)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, gram, out _)++;
        }

        return counts;
    }

    private static Dictionary<int, Greatest> OtherCounts(Dictionary<int, int>[] counts)
    {
        var greatest = new Dictionary<int, Greatest>();
        for (var i = 0; i < counts.Length; i++)
        {
            foreach (var (gram, count) in counts[i])
            {
                ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(greatest, gram, out _);
                entry = count > entry.First ? new Greatest(count, entry.First, i) : entry with { Second = Math.Max(entry.Second, count) };
            }
        }

        return greatest;
    }

    /// <summary>The greatest count of an n-gram in a text, whose it is, and the greatest in the others.</summary>
    private readonly record struct Greatest(int First, int Second, int Text)
    {
        public int Of(int text) => text == Text ? Second : First;
    }

    /// <summary>How many texts have each length.</summary>
    private sealed class LengthCounts(int[][] sequences)
    {
        private readonly SortedDictionary<int, int> _counts = new(sequences.GroupBy(sequence => sequence.Length).ToDictionary(group => group.Key, group => group.Count()));

        /// <summary>The length of the other text that is closest, the shorter of two.</summary>
        public int ClosestOther(int length) => _counts.Where(pair => pair.Key != length || pair.Value > 1).Select(pair => pair.Key).MinBy(other => (Math.Abs(other - length), other));
    }
}
