namespace Gyre.Evaluation.Metrics;

/// <summary>Why a metric has no value.</summary>
public enum UndefinedCause
{
    /// <summary>There is nothing to compare with: no reference, no gold label, no relevant document.</summary>
    NoReference,

    /// <summary>A reference is there and holds nothing that the metric looks at.</summary>
    EmptyReference,

    /// <summary>The candidate holds nothing that the metric looks at.</summary>
    EmptyCandidate,

    /// <summary>No sample was measured.</summary>
    NoSamples,

    /// <summary>The formula's denominator is zero; the detail names it.</summary>
    ZeroDenominator,

    /// <summary>The sample lacks something else that the metric needs; the detail names it.</summary>
    MissingInput,

    /// <summary>The sample is larger than what the metric works on in bounded time; the detail names both sizes.</summary>
    TooLarge,

    /// <summary>A judge's or model's reply could not be read, also after the allowed repairs.</summary>
    UnreadableReply,

    /// <summary>The scorer threw, or the model that judges did not answer.</summary>
    ScorerFailed,
}
