namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>The words of one candidate and one reference, and the counts that ROUGE makes of them.</summary>
internal sealed class RougeScratch : IScratch
{
    private const long MostWordPairs = 10_000_000_000;
    private const long MostLinePairs = 1_000_000;
    private const int ShortestStemmed = 4;
    private readonly CharBuffer _text = new();
    private readonly WordTable _words = new();
    private readonly IntBuffer _candidate = new();
    private readonly IntBuffer _candidateLines = new();
    private readonly IntBuffer _reference = new();
    private readonly IntBuffer _referenceLines = new();
    private readonly NGramOverlap _overlap = new();
    private readonly CommonSubsequence _subsequence = new();
    private readonly IntBuffer _marks = new();
    private readonly IntBuffer _left = new();
    private char[] _stem = new char[64];
    private int _candidateWords;

    public int ReferenceLength => _reference.Length;

    /// <inheritdoc/>
    public int Capacity => _text.Capacity + _words.Capacity + _candidate.Capacity + _reference.Capacity + _overlap.Capacity + _subsequence.Capacity + _stem.Length;

    /// <inheritdoc/>
    public void Clear() => _words.Clear();

    public void ReadCandidate(string text, RougeWords words, bool stems, bool lines)
    {
        Read(text, words, stems, lines, _candidate, _candidateLines);
        _candidateWords = _words.Count;
    }

    public void ReadReference(string text, RougeWords words, bool stems, bool lines) => Read(text, words, stems, lines, _reference, _referenceLines);

    /// <summary>Why the subsequences of these texts are not looked for, or null.</summary>
    public Undefined? Excess()
    {
        if ((long)_candidate.Length * _reference.Length > MostWordPairs)
        {
            return new Undefined(UndefinedCause.TooLarge, $"the texts have {_candidate.Length} and {_reference.Length} words, whose product exceeds the limit of {MostWordPairs}");
        }

        return (long)_candidateLines.Length * _referenceLines.Length > MostLinePairs
            ? new Undefined(UndefinedCause.TooLarge, $"the texts have {_candidateLines.Length} and {_referenceLines.Length} lines, whose product exceeds the limit of {MostLinePairs}")
            : null;
    }

    public RougeScore Grams(int order)
    {
        Span<int> matches = stackalloc int[16];
        _overlap.Count(_candidate.Span, _candidateWords, _reference.Span, [_reference.Length], matches[..order]);
        return RougeScore.Of(matches[order - 1], _candidate.Length - order + 1, _reference.Length - order + 1);
    }

    public RougeScore DistinctGrams(int order)
    {
        var (candidate, reference, shared) = _overlap.Distinct(_candidate.Span, _reference.Span, order);
        return RougeScore.Of(shared, candidate, reference);
    }

    public RougeScore Subsequence()
    {
        _subsequence.SetReference(_reference.Span, _words.Count);
        return RougeScore.Of(_subsequence.Length(_candidate.Span), _candidate.Length, _reference.Length);
    }

    public RougeScore DistinctSubsequence()
    {
        var marks = _marks.Fill(_reference.Length, 0);
        _subsequence.SetReference(_reference.Span, _words.Count);
        _subsequence.Mark(_candidate.Span, marks);
        var (candidate, reference, _) = _overlap.Distinct(_candidate.Span, _reference.Span, 1);
        var seen = _left.Fill(_words.Count, 0);
        var shared = 0;
        for (var i = 0; i < marks.Length; i++)
        {
            shared += marks[i] != 0 && seen[_reference[i]]++ == 0 ? 1 : 0;
        }

        return RougeScore.Of(shared, candidate, reference);
    }

    // For every line of the reference the union of its longest subsequences with all lines of the candidate; a word counts
    // no more often than either text has it.
    public RougeScore Summary()
    {
        var left = _left.Fill(2 * _words.Count, 0);
        var inReference = left[_words.Count..];
        foreach (var word in _candidate.Span)
        {
            left[word]++;
        }

        foreach (var word in _reference.Span)
        {
            inReference[word]++;
        }

        var (shared, start) = (0, 0);
        foreach (var end in _referenceLines.Span)
        {
            var line = _reference.Span[start..end];
            var marks = _marks.Fill(line.Length, 0);
            _subsequence.SetReference(line, _words.Count);
            var candidateStart = 0;
            foreach (var candidateEnd in _candidateLines.Span)
            {
                _subsequence.Mark(_candidate.Span[candidateStart..candidateEnd], marks);
                candidateStart = candidateEnd;
            }

            for (var i = 0; i < line.Length; i++)
            {
                if (marks[i] != 0 && left[line[i]] > 0 && inReference[line[i]] > 0)
                {
                    shared++;
                    left[line[i]]--;
                    inReference[line[i]]--;
                }
            }

            start = end;
        }

        return RougeScore.Of(shared, _candidate.Length, _reference.Length);
    }

    private void Read(string text, RougeWords words, bool stems, bool lines, IntBuffer destination, IntBuffer ends)
    {
        destination.Clear();
        ends.Clear();
        if (words == RougeWords.WhitespaceUnique)
        {
            var trimmed = PythonText.TrimEnd(text);
            _words.AddAll(trimmed.EndsWith('.') ? trimmed[..^1] : trimmed, destination);
            ends.Add(destination.Length);
            return;
        }

        _text.Clear();
        PythonText.AppendLower(text, _text);
        var rest = _text.Span;
        while (rest.Length > 0)
        {
            var length = lines ? rest.IndexOf('\n') : -1;
            length = length < 0 ? rest.Length : length;
            if (length > 0)
            {
                ReadLine(rest[..length], stems, destination);
                ends.Add(destination.Length);
            }

            rest = rest[Math.Min(rest.Length, length + 1)..];
        }
    }

    private void ReadLine(ReadOnlySpan<char> line, bool stems, IntBuffer destination)
    {
        var start = -1;
        for (var i = 0; i <= line.Length; i++)
        {
            if (i < line.Length && (char.IsAsciiLetterLower(line[i]) || char.IsAsciiDigit(line[i])))
            {
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                var word = line[start..i];
                destination.Add(_words.Add(stems && word.Length >= ShortestStemmed ? Stem(word) : word));
                start = -1;
            }
        }
    }

    private ReadOnlySpan<char> Stem(ReadOnlySpan<char> word)
    {
        if (_stem.Length < word.Length + PorterStemmer.Growth)
        {
            _stem = new char[word.Length * 2];
        }

        return _stem.AsSpan(0, PorterStemmer.Stem(word, _stem));
    }
}
