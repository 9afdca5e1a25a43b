namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Which METEOR is meant.</summary>
public sealed record MeteorOptions
{
    /// <summary>Which of NLTK's computations.</summary>
    public MeteorForm Form { get; init; } = MeteorForm.Tokenised;

    /// <summary>Whether words match by their stems too.</summary>
    public bool Stems { get; init; } = true;

    /// <summary>Whose synonyms match; <see cref="WordNetSynonyms.None"/> leaves that stage out, and the metric's name says so.</summary>
    public WordNetSynonyms Synonyms { get; init; } = WordNetSynonyms.None;

    /// <summary>The weight of precision against recall.</summary>
    /// <remarks>Units: 0 to 1; default 0.9.</remarks>
    public double Alpha { get; init; } = 0.9;

    /// <summary>The exponent of fragmentation.</summary>
    /// <remarks>Units: at least 0; default 3.</remarks>
    public double Beta { get; init; } = 3;

    /// <summary>The most that fragmentation takes away.</summary>
    /// <remarks>Units: 0 to 1; default 0.5.</remarks>
    public double Gamma { get; init; } = 0.5;
}
