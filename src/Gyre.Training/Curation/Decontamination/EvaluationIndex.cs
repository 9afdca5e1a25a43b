using Gyre.Training.Curation.Deduplication;
using Gyre.Training.Curation.Records;
using Gyre.Training.Curation.Words;

namespace Gyre.Training.Curation.Decontamination;

/// <summary>Finds evaluation items in training records.</summary>
/// <remarks>
/// Three ways, words without case and punctuation: a run of 13 (or 8) words that stands in both; the same question; nearly the same
/// question, by verified Jaccard similarity over runs of three words. Items shorter than a run are looked for whole.
/// <para>Owns a scratch file. Items are added by one thread; <see cref="Find"/> may then be called by several at once when <see cref="DecontaminationOptions.NearThreshold"/> is 1, else by one.</para>
/// <para>Cost: about 40 bytes of memory for each different run of the items, 350 for each item.</para>
/// <para>Source: T. Brown et al., "Language Models are Few-Shot Learners", 2020, appendix C: runs of 8 to 13 words.</para>
/// </remarks>
public sealed class EvaluationIndex : IDisposable
{
    private const int NearShingle = 3;
    private const int LeastNearWords = 6;
    private const int MostShownWords = 13;

    private readonly DecontaminationOptions _options;
    private readonly List<EvaluationItem> _items = [];
    private readonly Dictionary<ulong, (int First, int Last, int Items)> _runs = [];
    private readonly Dictionary<ulong, int> _questions = [];
    private readonly List<int> _nearItems = [];
    private readonly NearDuplicateIndex? _near;
    private readonly bool[] _lengths;

    /// <summary>An index without items.</summary>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    /// <exception cref="TrainingException">TRN0510: no scratch file can be made.</exception>
    public EvaluationIndex(DecontaminationOptions options, string scratchFolder)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Require();
        _options = options;
        _lengths = new bool[options.RunWords + 1];
        _near = options.NearThreshold < 1
            ? new NearDuplicateIndex(new DeduplicationOptions { Threshold = options.NearThreshold, ShingleWords = NearShingle, Hashes = 128 }, scratchFolder)
            : null;
    }

    /// <summary>Items in it.</summary>
    public int Count => _items.Count;

    /// <summary>Runs that are not looked for, because so many items share them.</summary>
    public int CommonRuns => _runs.Values.Count(run => run.Items > _options.CommonItems);

    /// <summary>Adds an item; one without words is passed over.</summary>
    public void Add(EvaluationItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var question = WordHashes.Of(item.Question);
        if (question.Length == 0)
        {
            return;
        }

        var number = _items.Count;
        _items.Add(item);
        _questions.TryAdd(Shingles.Hash(question), number);
        AddRuns(question, number);
        if (item.More.Length > 0)
        {
            AddRuns(WordHashes.Of(item.More), number);
        }

        if (_near is not null && question.Length >= LeastNearWords)
        {
            _near.Keep(_near.Describe(item.Question));
            _nearItems.Add(number);
        }
    }

    /// <summary>The first item that a record holds; null when it holds none.</summary>
    public ContaminationHit? Find(CurationRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        foreach (var part in record.Parts)
        {
            if (FindIn(part.Text) is { } hit)
            {
                return hit;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _near?.Dispose();

    private void AddRuns(ulong[] words, int number)
    {
        if (words.Length < _options.LeastWords)
        {
            return;
        }

        var length = Math.Min(words.Length, _options.RunWords);
        _lengths[length] = true;
        for (var start = 0; start + length <= words.Length; start++)
        {
            var hash = Shingles.Hash(words.AsSpan(start, length));
            if (!_runs.TryGetValue(hash, out var run))
            {
                _runs[hash] = (number, number, 1);
            }
            else if (run.Last != number)
            {
                _runs[hash] = (run.First, number, run.Items + 1);
            }
        }
    }

    private ContaminationHit? FindIn(string text)
    {
        var words = WordHashes.Of(text);
        if (words.Length == 0)
        {
            return null;
        }

        if (_questions.TryGetValue(Shingles.Hash(words), out var same))
        {
            return new ContaminationHit(_items[same], ContaminationKind.SameQuestion, "the same words");
        }

        for (var length = _options.LeastWords; length < _lengths.Length; length++)
        {
            for (var start = 0; _lengths[length] && start + length <= words.Length; start++)
            {
                if (_runs.TryGetValue(Shingles.Hash(words.AsSpan(start, length)), out var run) && run.Items <= _options.CommonItems)
                {
                    return new ContaminationHit(_items[run.First], ContaminationKind.Run, $"{length} words in a row: '{Shown(text, start, length)}'");
                }
            }
        }

        return words.Length >= LeastNearWords && _near?.Find(_near.Describe(text)) is { } near
            ? new ContaminationHit(_items[_nearItems[near.Kept]], ContaminationKind.NearQuestion, $"{near.Similarity:P0} of runs of {NearShingle} words shared")
            : null;
    }

    /// <summary>The words of a run as they stand in the text; found by cutting the text word by word.</summary>
    private static string Shown(string text, int start, int length)
    {
        var (from, to, words) = (-1, text.Length, 0);
        var list = new List<ulong>();
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                continue;
            }

            var end = at;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            list.Clear();
            WordHashes.Add(text[at..end], list);
            from = from < 0 && words + list.Count > start ? at : from;
            words += list.Count;
            if (words >= start + Math.Min(length, MostShownWords))
            {
                to = end;
                break;
            }

            at = end;
        }

        return text[Math.Max(from, 0)..to].ReplaceLineEndings(" ");
    }
}
