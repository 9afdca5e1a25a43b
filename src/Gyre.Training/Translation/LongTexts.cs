namespace Gyre.Training.Translation;

/// <summary>What becomes of a pair with a text that is too long.</summary>
internal enum LongTexts
{
    /// <summary>It ends the run before its first step.</summary>
    Refuse,

    /// <summary>It is left out and counted.</summary>
    Drop,

    /// <summary>The text is cut, which leaves pairs that are no longer translations of each other.</summary>
    Cut,
}
