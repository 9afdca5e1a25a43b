namespace Gyre.Models.Tokenizers.Training;

/// <summary>Fits the probabilities of a Unigram vocabulary to words and takes away the tokens whose loss costs the least.</summary>
/// <remarks>
/// Each round fits twice, then keeps a share of the tokens, until a tenth more than wanted are left. Fitting counts how often each token
/// is expected over all segmentations and gives it the exponential of the digamma function of that, which draws rare tokens to
/// nothing. What a token's loss costs is what the likelihood loses when each of its uses is replaced by the token's own second-best
/// segmentation.
/// <para>Source: Kudo, 2018, section 3.2; the prior, the threshold of 0.5 and the tenth are SentencePiece's.</para>
/// <para>Cost: each round a few passes over all different words; one thread, sums in the order of the words.</para>
/// </remarks>
internal sealed class UnigramTraining
{
    private const double LeastExpected = 0.5;
    private const int FitsPerRound = 2;

    private readonly (string Text, long Count)[] _words;
    private readonly SegmentGraph _graph = new();
    private List<(string Text, double Score)> _pieces;

    /// <param name="words">The words with their counts; every character of theirs is among the candidates.</param>
    /// <param name="seed">The candidates with their worth.</param>
    public UnigramTraining(IReadOnlyDictionary<string, long> words, IReadOnlyList<(string Text, double Worth)> seed)
    {
        _words = [.. words.Select(word => (word.Key, word.Value))];
        var sum = Math.Log(seed.Sum(piece => piece.Worth));
        _pieces = [.. seed.Select(piece => (piece.Text, Math.Log(piece.Worth) - sum))];
    }

    /// <summary>The tokens with their log-probabilities.</summary>
    public IReadOnlyList<(string Text, double Score)> Pieces => _pieces;

    /// <summary>Fits and prunes until about the wanted number is left.</summary>
    /// <param name="wanted">The number of tokens.</param>
    /// <param name="shrinkingFactor">The share that each pruning keeps.</param>
    /// <param name="report">Told how many are left after each round.</param>
    /// <param name="cancellationToken">Looked at between passes.</param>
    public void Shrink(int wanted, double shrinkingFactor, Action<int> report, CancellationToken cancellationToken)
    {
        var desired = (int)Math.Min(wanted * 1.1, int.MaxValue);
        while (true)
        {
            for (var fit = 0; fit < FitsPerRound; fit++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Fit(isSparse: true);
            }

            report(_pieces.Count);
            var before = _pieces.Count;
            if (before <= desired)
            {
                return;
            }

            cancellationToken.ThrowIfCancellationRequested();
            Prune(Math.Max(desired, (int)(before * shrinkingFactor)));
            if (_pieces.Count >= before)
            {
                return; // Nothing can be spared: characters and tokens without another spelling.
            }
        }
    }

    /// <summary>One step of expectation and maximisation; gives the log-likelihood of the words before it.</summary>
    /// <param name="isSparse">With the prior and the threshold; without them this is plain maximum likelihood.</param>
    public double Fit(bool isSparse)
    {
        _graph.Use(_pieces);
        var expected = new double[_pieces.Count];
        var likelihood = 0.0;
        foreach (var (word, count) in _words)
        {
            likelihood += count * _graph.Expect(word, count, expected);
        }

        var fitted = new List<(string Text, double Score)>(_pieces.Count);
        var sum = 0.0;
        for (var id = 0; id < expected.Length; id++)
        {
            // Characters stay whatever happens, so that every word has a spelling.
            var isCharacter = IsCharacter(_pieces[id].Text);
            if (isSparse ? expected[id] >= LeastExpected || isCharacter : expected[id] > 0)
            {
                var value = isSparse ? Math.Max(expected[id], LeastExpected) : expected[id];
                fitted.Add((_pieces[id].Text, value));
                sum += value;
            }
        }

        var whole = isSparse ? Digamma(sum) : Math.Log(sum);
        _pieces = [.. fitted.Select(piece => (piece.Text, (isSparse ? Digamma(piece.Score) : Math.Log(piece.Score)) - whole))];
        return likelihood;
    }

    /// <summary>The log-likelihood of the words: of all segmentations together.</summary>
    public double Likelihood()
    {
        _graph.Use(_pieces);
        var unused = new double[_pieces.Count];
        return _words.Sum(word => word.Count * _graph.Expect(word.Text, 0, unused));
    }

    /// <summary>The vocabulary: all characters, then the best tokens, in the order of their scores.</summary>
    /// <param name="characters">Tokens that must be there; one that was lost has just less than the worst score.</param>
    /// <param name="wanted">The number of tokens.</param>
    /// <param name="taken">Texts that other tokens have.</param>
    public List<(string Text, double Score)> Finish(IReadOnlyList<string> characters, int wanted, IReadOnlyList<string> taken)
    {
        const double Step = 1e-4;
        var scores = _pieces.ToDictionary(piece => piece.Text, piece => piece.Score, StringComparer.Ordinal);
        var least = _pieces.Count == 0 ? 0 : _pieces.Min(piece => piece.Score);
        var kept = new Dictionary<string, double>(StringComparer.Ordinal);
        var other = taken.ToHashSet(StringComparer.Ordinal);
        foreach (var character in characters.Where(character => !other.Contains(character)))
        {
            kept.Add(character, scores.TryGetValue(character, out var score) ? score : least -= Step);
        }

        foreach (var (text, score) in _pieces.OrderByDescending(piece => piece.Score).ThenBy(piece => piece.Text, StringComparer.Ordinal))
        {
            if (kept.Count >= wanted)
            {
                break;
            }

            if (!other.Contains(text))
            {
                kept.TryAdd(text, score);
            }
        }

        return [.. kept.OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, one.Value))];
    }

    private void Prune(int size)
    {
        _graph.Use(_pieces);
        var used = new double[_pieces.Count];
        var weight = new double[_pieces.Count];
        var path = new List<int>();
        var all = 0.0;
        foreach (var (word, count) in _words)
        {
            _graph.Best(word, path);
            all += count;
            foreach (var id in path)
            {
                used[id] += count;
                weight[id] += count;
            }
        }

        var sum = used.Sum();
        var kept = new List<(string Text, double Score)>(size);
        var candidates = new List<(int Id, double Loss)>();
        for (var id = 0; id < _pieces.Count; id++)
        {
            if (IsCharacter(_pieces[id].Text))
            {
                kept.Add(_pieces[id]);
            }
            else if (used[id] > 0)
            {
                _graph.Best(_pieces[id].Text, path, without: id);
                var ownLog = Math.Log(used[id]) - Math.Log(sum);
                var newSum = Math.Log(sum + (used[id] * (path.Count - 1)));
                var otherLog = path.Sum(other => Math.Log(used[other] + used[id]) - newSum);
                candidates.Add((id, weight[id] / all * (ownLog - otherLog)));
            }
        }

        foreach (var (id, _) in candidates.OrderByDescending(one => one.Loss).ThenBy(one => one.Id).Take(Math.Max(0, size - kept.Count)))
        {
            kept.Add(_pieces[id]);
        }

        _pieces = kept;
    }

    private static bool IsCharacter(string text) => text.Length == 1 || (text.Length == 2 && char.IsSurrogatePair(text[0], text[1]));

    // The asymptotic series beyond 7, brought there by its recurrence. Source: Abramowitz and Stegun, 6.3.5 and 6.3.18.
    private static double Digamma(double value)
    {
        var result = 0.0;
        for (; value < 7; value++)
        {
            result -= 1 / value;
        }

        var square = 1 / (value * value);
        return result + Math.Log(value) - (0.5 / value) - (square * ((1.0 / 12) - (square * ((1.0 / 120) - (square * ((1.0 / 252) - (square / 240)))))));
    }
}
