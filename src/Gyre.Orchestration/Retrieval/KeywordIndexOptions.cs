namespace Gyre.Orchestration.Retrieval;

/// <summary>How a <see cref="KeywordIndex"/> reads texts and questions.</summary>
public sealed record KeywordIndexOptions
{
    /// <summary>How texts become words; fixed when the index is made.</summary>
    public KeywordTokenizer Tokenizer { get; init; } = KeywordTokenizer.Porter;

    /// <summary>Questions lose English function words (<c>the</c>, <c>of</c>, <c>what</c>), unless nothing else is in them. Texts keep them.</summary>
    public bool IgnoresStopWords { get; init; } = true;
}
