namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Counts the n-grams that a candidate shares with references, each as often as the reference that has it most often.</summary>
internal sealed class NGramOverlap
{
    private readonly ShortOverlap _short = new();
    private readonly NGramTable _table = new();
    private readonly IntBuffer _candidateGrams = new();
    private readonly IntBuffer _referenceGrams = new();
    private readonly IntBuffer _counts = new();
    private readonly IntBuffer _seen = new();
    private readonly IntBuffer _most = new();

    /// <summary>Slots held, as a measure of memory.</summary>
    public int Capacity => _table.Capacity + _candidateGrams.Capacity + _referenceGrams.Capacity;

    /// <summary>Counts the shared n-grams of every order from 1 to the length of <paramref name="destination"/>.</summary>
    /// <param name="candidate">Words as numbers.</param>
    /// <param name="candidateWords">Numbers below this one, and no others, stand in the candidate.</param>
    /// <param name="references">Words of all references, one after the other.</param>
    /// <param name="ends">Where each reference ends.</param>
    /// <param name="destination">Receives the counts, order 1 first.</param>
    public void Count(ReadOnlySpan<int> candidate, int candidateWords, ReadOnlySpan<int> references, ReadOnlySpan<int> ends, Span<int> destination)
    {
        if (candidate.Length <= ShortOverlap.MostWords)
        {
            _short.Count(candidate, candidateWords, references, ends, destination);
        }
        else
        {
            CountLong(candidate, candidateWords, references, ends, destination);
        }
    }

    /// <summary>The same for candidates of any length.</summary>
    internal void CountLong(ReadOnlySpan<int> candidate, int candidateWords, ReadOnlySpan<int> references, ReadOnlySpan<int> ends, Span<int> destination)
    {
        destination.Clear();
        var candidateGrams = _candidateGrams.Resize(candidate.Length);
        var referenceGrams = _referenceGrams.Resize(references.Length);
        candidate.CopyTo(candidateGrams);
        for (var i = 0; i < references.Length; i++)
        {
            referenceGrams[i] = references[i] < candidateWords ? references[i] : -1;
        }

        var grams = candidateWords;
        for (var order = 1; order <= destination.Length && order <= candidate.Length; order++)
        {
            if (order > 1)
            {
                grams = Lengthen(candidate.Length, ends, order);
            }

            destination[order - 1] = Shared(grams, candidateGrams[..(candidate.Length - order + 1)], referenceGrams, ends, order);
            if (destination[order - 1] == 0)
            {
                break; // What shares no n-gram shares no longer one.
            }
        }
    }

    /// <summary>Counts the distinct n-grams of a candidate, of a reference and of both.</summary>
    public (int Candidate, int Reference, int Shared) Distinct(ReadOnlySpan<int> candidate, ReadOnlySpan<int> reference, int order)
    {
        var candidateGrams = _candidateGrams.Resize(candidate.Length);
        var referenceGrams = _referenceGrams.Resize(reference.Length);
        candidate.CopyTo(candidateGrams);
        reference.CopyTo(referenceGrams);
        var (ofCandidate, ofBoth) = (0, 0);
        for (var n = 1; n <= order; n++)
        {
            _table.Reset(candidate.Length + reference.Length);
            Intern(candidate, candidateGrams, n);
            ofCandidate = _table.Count;
            Intern(reference, referenceGrams, n);
            ofBoth = _table.Count;
        }

        var seen = _seen.Fill(ofBoth, 0);
        var inReference = 0;
        for (var i = 0; i <= reference.Length - order; i++)
        {
            inReference += seen[referenceGrams[i]] == 0 ? 1 : 0;
            seen[referenceGrams[i]] = 1;
        }

        return (ofCandidate, inReference, ofCandidate + inReference - ofBoth);
    }

    private void Intern(ReadOnlySpan<int> words, Span<int> grams, int order)
    {
        for (var i = 0; i <= words.Length - order; i++)
        {
            grams[i] = _table.Add(order == 1 ? 0 : grams[i], words[i + order - 1]);
        }
    }

    // An n-gram is the pair of its first and its last n − 1 words. One of which either part is not in both texts is in neither's
    // interest: it is −1, and costs no look-up.
    private int Lengthen(int candidate, ReadOnlySpan<int> ends, int order)
    {
        var candidateGrams = _candidateGrams.Span;
        var referenceGrams = _referenceGrams.Span;
        _table.Reset(candidate);
        for (var i = 0; i <= candidate - order; i++)
        {
            candidateGrams[i] = (candidateGrams[i] | candidateGrams[i + 1]) < 0 ? -1 : _table.Add(candidateGrams[i], candidateGrams[i + 1]);
        }

        var start = 0;
        foreach (var end in ends)
        {
            for (var i = start; i <= end - order; i++)
            {
                referenceGrams[i] = (referenceGrams[i] | referenceGrams[i + 1]) < 0 ? -1 : _table.Find(referenceGrams[i], referenceGrams[i + 1]);
            }

            start = end;
        }

        return _table.Count;
    }

    // Counts, and leaves −1 of the candidate's n-grams that no reference has.
    private int Shared(int grams, Span<int> candidateGrams, ReadOnlySpan<int> referenceGrams, ReadOnlySpan<int> ends, int order)
    {
        var counts = _counts.Fill(grams, 0);
        foreach (var gram in candidateGrams)
        {
            if (gram >= 0)
            {
                counts[gram]++;
            }
        }

        var shared = 0;
        var most = _most.Fill(grams, 0);
        if (ends.Length == 1)
        {
            for (var i = 0; i <= ends[0] - order; i++)
            {
                var gram = referenceGrams[i];
                if (gram >= 0)
                {
                    shared += ++most[gram] <= counts[gram] ? 1 : 0;
                }
            }
        }
        else
        {
            shared = SharedBySeveral(counts, most, referenceGrams, ends, order);
        }

        foreach (ref var gram in candidateGrams)
        {
            gram = gram >= 0 && most[gram] > 0 ? gram : -1;
        }

        return shared;
    }

    private int SharedBySeveral(ReadOnlySpan<int> counts, Span<int> most, ReadOnlySpan<int> referenceGrams, ReadOnlySpan<int> ends, int order)
    {
        var (shared, start) = (0, 0);
        foreach (var end in ends)
        {
            var seen = _seen.Fill(counts.Length, 0);
            for (var i = start; i <= end - order; i++)
            {
                var gram = referenceGrams[i];
                if (gram >= 0 && ++seen[gram] > most[gram])
                {
                    most[gram]++;
                    shared += most[gram] <= counts[gram] ? 1 : 0;
                }
            }

            start = end;
        }

        return shared;
    }
}
