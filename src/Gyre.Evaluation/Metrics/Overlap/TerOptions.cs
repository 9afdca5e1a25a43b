namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Which TER is meant.</summary>
public sealed record TerOptions
{
    /// <summary>Whether texts are normalised as Tercom does: entities back to characters, ASCII punctuation apart.</summary>
    public bool Normalise { get; init; }

    /// <summary>Whether punctuation is left out.</summary>
    public bool WithoutPunctuation { get; init; }

    /// <summary>Whether normalising takes every Chinese or Japanese character for a word, and leaving out takes Asian punctuation too.</summary>
    public bool AsianSupport { get; init; }

    /// <summary>Whether upper and lower case are told apart.</summary>
    public bool CaseSensitive { get; init; }
}
