using System.Text;

namespace Gyre.Training.Corpus;

/// <summary>A set of runs of words to look for in much text; remembers which were found.</summary>
internal sealed class WordRuns
{
    private const ulong Prime = 1099511628211UL;
    private const ulong Offset = 14695981039346656037UL;

    private readonly Dictionary<ulong, bool> _seen = [];
    private readonly bool[] _lengths = new bool[64];
    private readonly int _longest;

    /// <summary>Takes the runs to look for.</summary>
    public WordRuns(IEnumerable<ReadOnlyMemory<string>> runs)
    {
        foreach (var run in runs.Where(run => run.Length < _lengths.Length))
        {
            _seen[Hash(run.Span)] = false;
            _lengths[run.Length] = true;
            _longest = Math.Max(_longest, run.Length);
        }
    }

    /// <summary>The words of a text, in lower case, without punctuation.</summary>
    public static string[] Words(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            clean.Append(char.IsLetterOrDigit(character) ? char.ToLowerInvariant(character) : ' ');
        }

        return clean.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Every run of a length in a text's words.</summary>
    public static IEnumerable<ReadOnlyMemory<string>> RunsOf(string[] words, int length) =>
        Enumerable.Range(0, Math.Max(0, words.Length - length + 1)).Select(start => new ReadOnlyMemory<string>(words, start, length));

    /// <summary>The hash of a run.</summary>
    public static ulong Hash(ReadOnlySpan<string> words)
    {
        var hash = Offset;
        foreach (var word in words)
        {
            hash = Extend(hash, word);
        }

        return hash;
    }

    /// <summary>Marks every wanted run that the words hold.</summary>
    public void Mark(string[] words)
    {
        for (var start = 0; start < words.Length; start++)
        {
            var hash = Offset;
            for (var length = 1; length <= _longest && start + length <= words.Length; length++)
            {
                hash = Extend(hash, words[start + length - 1]);
                if (_lengths[length] && _seen.ContainsKey(hash))
                {
                    _seen[hash] = true;
                }
            }
        }
    }

    /// <summary>True when the run was found.</summary>
    public bool IsSeen(ReadOnlySpan<string> words) => _seen[Hash(words)];

    /// <summary>The share of runs that were found; null when there are none.</summary>
    public double? SeenShare(IEnumerable<ReadOnlyMemory<string>> runs)
    {
        long all = 0;
        long found = 0;
        foreach (var run in runs.Where(run => run.Length > 0 && run.Length < _lengths.Length))
        {
            all++;
            found += IsSeen(run.Span) ? 1 : 0;
        }

        return all == 0 ? null : (double)found / all;
    }

    /// <inheritdoc cref="SeenShare(IEnumerable{ReadOnlyMemory{string}})"/>
    public double? SeenShare(IEnumerable<string[]> runs) => SeenShare(runs.Select(run => (ReadOnlyMemory<string>)run));

    private static ulong Extend(ulong hash, string word)
    {
        foreach (var character in word)
        {
            hash = (hash ^ character) * Prime;
        }

        // A separator, so that "ab c" and "a bc" differ.
        return (hash ^ 0x1F) * Prime;
    }
}
