namespace Gyre.Models.Constraints.Matching;

/// <summary>What one constraint has learned about one vocabulary: for the first token of a text, and for the others.</summary>
internal sealed class VocabularyMasks
{
    public VocabularyMasks(PushdownMachine machine, ConstraintVocabulary vocabulary)
    {
        Ordinary = new MaskCache(machine, vocabulary.Ordinary, vocabulary.MaskWords);
        First = ReferenceEquals(vocabulary.First, vocabulary.Ordinary) ? Ordinary : new MaskCache(machine, vocabulary.First, vocabulary.MaskWords);
    }

    public MaskCache Ordinary { get; }

    public MaskCache First { get; }
}
