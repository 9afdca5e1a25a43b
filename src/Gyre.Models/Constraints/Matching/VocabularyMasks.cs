namespace Gyre.Models.Constraints.Matching;

/// <summary>What one constraint has learned about one vocabulary: for the first token of a text, and for the others.</summary>
internal sealed class VocabularyMasks
{
    /// <param name="machine">The grammar.</param>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="usesRuns">False to look at every token by itself.</param>
    public VocabularyMasks(PushdownMachine machine, ConstraintVocabulary vocabulary, bool usesRuns = true)
    {
        Ordinary = new MaskCache(machine, vocabulary.Ordinary, vocabulary.MaskWords, usesRuns);
        First = ReferenceEquals(vocabulary.First, vocabulary.Ordinary) ? Ordinary : new MaskCache(machine, vocabulary.First, vocabulary.MaskWords, usesRuns);
    }

    /// <summary>Masks computed so far.</summary>
    public long ComputedCount => Ordinary.ComputedCount + (ReferenceEquals(First, Ordinary) ? 0 : First.ComputedCount);

    /// <summary>Nodes stepped to so far.</summary>
    public long VisitCount => Ordinary.VisitCount + (ReferenceEquals(First, Ordinary) ? 0 : First.VisitCount);

    public MaskCache Ordinary { get; }

    public MaskCache First { get; }
}
