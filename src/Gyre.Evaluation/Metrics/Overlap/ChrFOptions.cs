namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Which chrF is meant.</summary>
public sealed record ChrFOptions
{
    /// <summary>The longest n-grams of characters.</summary>
    /// <remarks>Units: 1 to 16; default 6.</remarks>
    public int CharacterOrder { get; init; } = 6;

    /// <summary>The longest n-grams of words: 0 is chrF, 2 is chrF++.</summary>
    /// <remarks>Units: 0 to 8; default 0.</remarks>
    public int WordOrder { get; init; }

    /// <summary>How much more recall counts than precision.</summary>
    /// <remarks>Units: 1 to 10; default 2.</remarks>
    public int Beta { get; init; } = 2;

    /// <summary>Whether texts are compared in lower case.</summary>
    public bool Lowercase { get; init; }

    /// <summary>Whether whitespace belongs to n-grams of characters.</summary>
    public bool KeepWhitespace { get; init; }

    /// <summary>Whether every order counts, those without n-grams with a very small number (as chrF++.py, Moses and NLTK); else those that both texts have.</summary>
    public bool EpsilonSmoothing { get; init; }
}
