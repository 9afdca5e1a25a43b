namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Which of NLTK's two METEOR computations is meant; they differ where there are synonyms.</summary>
public enum MeteorForm
{
    /// <summary>From NLTK 3.6.3 and, on lists of words, 3.6.6: synonyms are looked up for the stems of words that nothing matched.</summary>
    Tokenised,

    /// <summary>Until NLTK 3.6.2, on strings: synonyms are looked up for every word without an exact match as it stands, matched by stem or not.</summary>
    WhitespaceString,
}
