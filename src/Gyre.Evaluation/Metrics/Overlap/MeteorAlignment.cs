using System.Numerics;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Matches the words of a candidate with those of a reference, one stage after the other.</summary>
/// <remarks>
/// Each stage goes from the candidate's end to its beginning and gives every word that is still free the last free word of
/// the reference that equals it: what the source finds by comparing all with all, found here by a chain of positions a word.
/// </remarks>
internal sealed class MeteorAlignment : IScratch
{
    private const int MostShort = 64;
    private const int KeptBits = 10;
    private readonly ((ulong Low, ulong High) Word, (ulong Low, ulong High) Stem)[] _kept = new ((ulong, ulong), (ulong, ulong))[1 << KeptBits];
    private readonly CharBuffer _text = new();
    private readonly WordTable _words = new();
    private readonly IntBuffer _candidate = new();
    private readonly IntBuffer _reference = new();
    private readonly IntBuffer _candidateForms = new();
    private readonly IntBuffer _referenceForms = new();
    private readonly IntBuffer _stems = new();
    private readonly IntBuffer _last = new(); // Of each word, its last free position in the reference, or −1.
    private readonly IntBuffer _before = new(); // Of each position, the one before it of the same word.
    private readonly IntBuffer _matches = new(); // Of each word of the candidate, its match, or −1.
    private readonly IntBuffer _synonymMatches = new();
    private readonly IntBuffer _taken = new(); // Of each word of the reference, 1 when an earlier stage matched it.
    private readonly List<string[]> _synsets = [];
    private char[] _stem = new char[64];
    private char[] _word = new char[64];
    private ulong[] _free = new ulong[64]; // Of each word, the set of its free positions in a short reference.

    public int CandidateLength => _candidate.Length;

    /// <inheritdoc/>
    public int Capacity => _text.Capacity + _words.Capacity + _candidate.Capacity + _reference.Capacity + _stem.Length;

    /// <inheritdoc/>
    public void Clear()
    {
        _words.Clear();
        _candidate.Clear();
    }

    /// <summary>Takes the candidate.</summary>
    public void Begin(string candidate) => Read(candidate, _candidate);

    /// <summary>Matches the candidate with a reference.</summary>
    public (int Matches, int Chunks, int Words) Align(string reference, MeteorOptions options)
    {
        _reference.Clear();
        Read(reference, _reference);
        var matches = _matches.Fill(_candidate.Length, -1);
        _taken.Fill(_reference.Length, 0);
        Match(_candidate.Span, _reference.Span, matches);
        var hasSynonyms = options.Synonyms != WordNetSynonyms.None;
        if (options.Form == MeteorForm.WhitespaceString && hasSynonyms)
        {
            return AlignString(options, matches);
        }

        if (options.Stems)
        {
            MatchStems(matches);
        }

        if (hasSynonyms)
        {
            Take(matches);
            MatchSynonyms((options.Stems ? _candidateForms : _candidate).Span, (options.Stems ? _referenceForms : _reference).Span, matches, options.Synonyms);
        }

        return Chunks(matches, default);
    }

    // The string form forgets what the stage of stems matched, so that a word may match twice.
    private (int Matches, int Chunks, int Words) AlignString(MeteorOptions options, Span<int> matches)
    {
        var exact = matches.ToArray();
        var synonyms = _synonymMatches.Resize(matches.Length);
        exact.CopyTo(synonyms);
        if (options.Stems)
        {
            MatchStems(matches);
        }

        Take(exact);
        MatchSynonyms(_candidate.Span, _reference.Span, synonyms, options.Synonyms);
        for (var i = 0; i < exact.Length; i++)
        {
            synonyms[i] = exact[i] >= 0 ? -1 : synonyms[i];
        }

        return Chunks(matches, synonyms);
    }

    private void MatchStems(Span<int> matches)
    {
        Take(matches);
        Stem();
        Match(_candidateForms.Span, _referenceForms.Span, matches);
    }

    // What earlier stages matched is not free in the next one.
    private void Take(ReadOnlySpan<int> matches)
    {
        var taken = _taken.Fill(_reference.Length, 0);
        foreach (var match in matches)
        {
            if (match >= 0)
            {
                taken[match] = 1;
            }
        }
    }

    private void Read(string text, IntBuffer destination)
    {
        if (!_words.TryAddAscii(text, lowers: true, destination))
        {
            _text.Clear();
            PythonText.AppendLower(text, _text);
            _words.AddAll(_text.Span, destination);
        }
    }

    private void Chain(ReadOnlySpan<int> reference)
    {
        var last = _last.Fill(_words.Count, -1);
        var before = _before.Resize(reference.Length);
        var taken = _taken.Span;
        for (var i = 0; i < reference.Length; i++)
        {
            if (taken[i] == 0)
            {
                before[i] = last[reference[i]];
                last[reference[i]] = i;
            }
        }
    }

    private void Match(ReadOnlySpan<int> candidate, ReadOnlySpan<int> reference, Span<int> matches)
    {
        if (reference.Length <= MostShort)
        {
            MatchShort(candidate, reference, matches);
        }
        else
        {
            MatchLong(candidate, reference, matches);
        }
    }

    // Without a branch on what the words are: a word that the reference lacks has an empty set, whose highest position is −1.
    private void MatchShort(ReadOnlySpan<int> candidate, ReadOnlySpan<int> reference, Span<int> matches)
    {
        if (_free.Length < _words.Count)
        {
            _free = new ulong[2 * _words.Count];
        }

        var free = _free.AsSpan(0, _words.Count);
        free.Clear();
        var taken = _taken.Span[..reference.Length];
        for (var i = 0; i < reference.Length; i++)
        {
            free[reference[i]] |= (ulong)(1 - taken[i]) << i;
        }

        matches = matches[..candidate.Length];
        for (var i = candidate.Length - 1; i >= 0; i--)
        {
            ref var places = ref free[candidate[i]];
            var wanted = places & (ulong)(matches[i] >> 31); // None for a word that is matched already.
            var place = MostShort - 1 - BitOperations.LeadingZeroCount(wanted);
            places ^= wanted & (1UL << place);
            matches[i] &= place; // One of the two is −1.
        }
    }

    // The same for references of any length.
    private void MatchLong(ReadOnlySpan<int> candidate, ReadOnlySpan<int> reference, Span<int> matches)
    {
        Chain(reference);
        var last = _last.Span;
        for (var i = candidate.Length - 1; i >= 0; i--)
        {
            if (matches[i] < 0 && last[candidate[i]] >= 0)
            {
                Match(i, last[candidate[i]], candidate[i], matches);
            }
        }
    }

    private void MatchSynonyms(ReadOnlySpan<int> candidate, ReadOnlySpan<int> reference, Span<int> matches, WordNetSynonyms synonyms)
    {
        Chain(reference);
        for (var i = candidate.Length - 1; i >= 0; i--)
        {
            if (matches[i] >= 0)
            {
                continue;
            }

            var (best, form) = (_last[candidate[i]], candidate[i]);
            _synsets.Clear();
            synonyms.Collect(Text(candidate[i]), _synsets);
            foreach (var synset in _synsets)
            {
                foreach (var lemma in synset)
                {
                    var word = _words.Find(lemma);
                    if (word >= 0 && _last[word] > best)
                    {
                        (best, form) = (_last[word], word);
                    }
                }
            }

            if (best >= 0)
            {
                Match(i, best, form, matches);
            }
        }
    }

    private void Match(int candidate, int reference, int word, Span<int> matches)
    {
        matches[candidate] = reference;
        _last.Span[word] = _before[reference];
    }

    // The forms by which words that nothing matched are compared: their stems. Stems are words of the same table.
    private void Stem()
    {
        var stems = _stems.Fill(_words.Count, -1);
        var candidate = _candidateForms.Resize(_candidate.Length);
        for (var i = 0; i < candidate.Length; i++)
        {
            candidate[i] = _matches[i] >= 0 ? _candidate[i] : Stem(_candidate[i], stems);
        }

        var reference = _referenceForms.Resize(_reference.Length);
        for (var i = 0; i < reference.Length; i++)
        {
            reference[i] = _taken[i] != 0 ? _reference[i] : Stem(_reference[i], stems);
        }
    }

    private int Stem(int word, Span<int> stems)
    {
        if (stems[word] >= 0)
        {
            return stems[word];
        }

        return stems[word] = _words.TryKey(word, out var key) ? ShortStem(word, key) : LongStem(word);
    }

    // Words come again in the next samples: the stems of the last ones are kept.
    private int ShortStem(int word, (ulong Low, ulong High) key)
    {
        ref var kept = ref _kept[(int)(((key.Low ^ BitOperations.RotateLeft(key.High, 31)) * 0x9E3779B97F4A7C15) >> (64 - KeptBits))];
        if (kept.Word != key)
        {
            var stem = LongStem(word);
            if (_words.TryKey(stem, out var found))
            {
                kept = (key, found);
            }

            return stem;
        }

        return _words.Add(kept.Stem.Low, kept.Stem.High);
    }

    private int LongStem(int word)
    {
        var text = Text(word);
        if (_stem.Length < text.Length + PorterStemmer.Growth)
        {
            _stem = new char[text.Length * 2];
        }

        return _words.Add(_stem.AsSpan(0, PorterStemmer.Stem(text, _stem)));
    }

    private ReadOnlySpan<char> Text(int word)
    {
        var length = _words.Length(word);
        if (_word.Length < length)
        {
            _word = new char[length * 2];
        }

        return _word.AsSpan(0, _words.CopyTo(word, _word));
    }

    // Runs of matches that are neighbours in both texts; the matches by synonym come after a word's other match, if it has both.
    private (int Matches, int Chunks, int Words) Chunks(ReadOnlySpan<int> matches, ReadOnlySpan<int> synonyms)
    {
        if (synonyms.IsEmpty)
        {
            return Chunks(matches);
        }

        var (count, chunks, candidate, reference) = (0, 0, -2, -2);
        for (var i = 0; i < matches.Length; i++)
        {
            if (matches[i] >= 0)
            {
                count++;
                chunks += candidate == i - 1 && reference == matches[i] - 1 ? 0 : 1;
                (candidate, reference) = (i, matches[i]);
            }

            if (synonyms[i] >= 0)
            {
                count++;
                chunks += candidate == i - 1 && reference == synonyms[i] - 1 ? 0 : 1;
                (candidate, reference) = (i, synonyms[i]);
            }
        }

        return (count, chunks, _reference.Length);
    }

    private (int Matches, int Chunks, int Words) Chunks(ReadOnlySpan<int> matches)
    {
        var (count, chunks, next) = (0, 0, -1);
        foreach (var match in matches)
        {
            var isMatch = match >= 0 ? 1 : 0;
            count += isMatch;
            chunks += isMatch & (match == next ? 0 : 1);
            next = (match + 1) | (match >> 31); // −1 behind a word without a match.
        }

        return (count, chunks, _reference.Length);
    }
}
