using Gyre.Training.Curation.Records;
using Gyre.Training.Curation.Words;

namespace Gyre.Training.Curation.Filtering;

/// <summary>Drops texts that repeat themselves: lines, paragraphs and runs of words, with the published limits of Gopher.</summary>
/// <remarks>
/// Shares of characters are of the characters in words, without white space. A run counts when it is there at least twice; runs of
/// 5 to 10 words are counted once where they overlap.
/// <para>Source: J. Rae et al., "Scaling Language Models: Methods, Analysis &amp; Insights from Training Gopher", 2021, table A1.</para>
/// </remarks>
public sealed class RepetitionFilter : IRecordFilter
{
    private const double DuplicateLines = 0.30;
    private const double DuplicateParagraphs = 0.30;
    private const double DuplicateLineCharacters = 0.20;
    private const double DuplicateParagraphCharacters = 0.20;

    private static readonly (int Length, double Most)[] Top = [(2, 0.20), (3, 0.18), (4, 0.16)];
    private static readonly (int Length, double Most)[] Duplicates = [(5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.10)];

    /// <inheritdoc/>
    public string Name => "repetition";

    /// <summary>Texts with fewer words are not looked at: a run of two words is a large share of a short answer.</summary>
    /// <remarks>Units: words; default 50, the shortest document of the source.</remarks>
    public int LeastWords { get; init; } = 50;

    /// <inheritdoc/>
    public Rejection? Reject(CurationRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var text = new GopherText(record.Text);
        if (text.Words.Length < LeastWords)
        {
            return null;
        }

        return Repeated(text.Lines, "line", DuplicateLines, DuplicateLineCharacters)
            ?? Repeated(text.Paragraphs, "paragraph", DuplicateParagraphs, DuplicateParagraphCharacters)
            ?? RepeatedRuns(text.PlainWords());
    }

    private static Rejection? Repeated(string[] pieces, string name, double most, double mostCharacters)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (repeated, characters, all) = (0, 0L, 0L);
        foreach (var piece in pieces)
        {
            all += piece.Length;
            if (!seen.Add(piece))
            {
                repeated++;
                characters += piece.Length;
            }
        }

        return Over($"duplicate-{name}", repeated, pieces.Length, most, $"{name}s that stood there before")
            ?? Over($"duplicate-{name}-characters", characters, all, mostCharacters, $"characters in {name}s that stood there before");
    }

    private static Rejection? RepeatedRuns(string[] words)
    {
        var hashes = words.Select(word => WordHashes.Mix((ulong)StringHash(word))).ToArray();
        var all = words.Sum(word => (long)word.Length);
        var counts = new Dictionary<ulong, (int Count, int Start)>();
        foreach (var (length, most) in Top)
        {
            counts.Clear();
            for (var start = 0; start + length <= words.Length; start++)
            {
                var hash = Shingles.Hash(hashes.AsSpan(start, length));
                counts[hash] = counts.TryGetValue(hash, out var seen) ? (seen.Count + 1, seen.Start) : (1, start);
            }

            var largest = counts.Values.Where(seen => seen.Count > 1).Select(seen => (long)seen.Count * Characters(seen.Start, length)).DefaultIfEmpty().Max();
            if (Over($"top-{length}-gram", Math.Min(largest, all), all, most, $"characters in the commonest run of {length} words") is { } rejection)
            {
                return rejection;
            }
        }

        var known = new HashSet<ulong>();
        foreach (var (length, most) in Duplicates)
        {
            known.Clear();
            var repeated = 0L;
            for (var start = 0; start + length <= words.Length;)
            {
                if (known.Add(Shingles.Hash(hashes.AsSpan(start, length))))
                {
                    start++;
                }
                else
                {
                    repeated += Characters(start, length);
                    start += length;
                }
            }

            if (Over($"duplicate-{length}-gram", repeated, all, most, $"characters in runs of {length} words that stood there before") is { } rejection)
            {
                return rejection;
            }
        }

        return null;

        long Characters(int start, int length)
        {
            var sum = 0L;
            for (var i = start; i < start + length; i++)
            {
                sum += words[i].Length;
            }

            return sum;
        }
    }

    private static ulong StringHash(string word)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in word)
        {
            hash = (hash ^ character) * 1099511628211UL;
        }

        return hash;
    }

    private static Rejection? Over(string rule, long part, long whole, double most, string what) =>
        whole > 0 && (double)part / whole > most ? new Rejection($"repetition.{rule}", $"{(double)part / whole:P0} {what}; allowed are {most:P0}") : null;
}
