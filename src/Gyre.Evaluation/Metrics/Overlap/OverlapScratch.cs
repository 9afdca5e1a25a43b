namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>The words of a candidate and its references as numbers, and what counting their n-grams needs.</summary>
internal sealed class OverlapScratch : IScratch
{
    /// <summary>The words of candidate and references.</summary>
    public WordTable Words { get; } = new();

    /// <summary>The candidate's words.</summary>
    public IntBuffer Candidate { get; } = new();

    /// <summary>How many different words the candidate has; their numbers are those below.</summary>
    public int CandidateWords { get; private set; }

    /// <summary>The references' words, one after the other.</summary>
    public IntBuffer References { get; } = new();

    /// <summary>Where each reference ends.</summary>
    public IntBuffer Ends { get; } = new();

    /// <summary>N-grams in common.</summary>
    public NGramOverlap Overlap { get; } = new();

    /// <summary>A text on its way to words.</summary>
    public CharBuffer Text { get; } = new();

    /// <summary>A text on its way to words, one step before or after.</summary>
    public CharBuffer Other { get; } = new();

    /// <inheritdoc/>
    public int Capacity => Words.Capacity + Candidate.Capacity + References.Capacity + Overlap.Capacity + Text.Capacity + Other.Capacity;

    /// <inheritdoc/>
    public void Clear()
    {
        Words.Clear();
        Candidate.Clear();
        References.Clear();
        Ends.Clear();
        CandidateWords = 0;
    }

    /// <summary>Says that the candidate's words are all there.</summary>
    public void EndCandidate() => CandidateWords = Words.Count;

    /// <summary>Says that a reference's words are all there.</summary>
    public void EndReference() => Ends.Add(References.Length);
}
