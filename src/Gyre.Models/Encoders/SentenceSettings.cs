namespace Gyre.Models.Encoders;

/// <summary>How a model makes a text's vector of its token vectors.</summary>
internal sealed record SentenceSettings
{
    /// <summary>The pooling; the mean when a model does not say.</summary>
    public PoolingModes Pooling { get; init; } = PoolingModes.Mean;

    /// <summary>Tokens of a prompt take part in the pooling.</summary>
    public bool PoolsPrompt { get; init; } = true;

    /// <summary>The most tokens of a text; null for as many as the network reads.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Texts are lower-cased before they are tokenized.</summary>
    public bool LowerCases { get; init; }

    /// <summary>Texts that are put before a text, by name, for example <c>query</c>.</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; init; } = new Dictionary<string, string>();

    /// <summary>The prompt that is used when none is named; null for none.</summary>
    public string? DefaultPrompt { get; init; }

    /// <summary>What is done with the pooled vector.</summary>
    public IReadOnlyList<ISentenceStep> Steps { get; init; } = [];
}
