namespace Gyre.Models.Adapters;

/// <summary>How an adapter changes its modules.</summary>
internal enum AdapterKind
{
    /// <summary>Adds the product of two narrow matrices.</summary>
    LowRank,

    /// <summary>The same with a factor for each rank, some of which training took away.</summary>
    AdaptiveLowRank,

    /// <summary>Multiplies outputs, or the inputs of feed-forward modules, by learned factors.</summary>
    Scaling,

    /// <summary>Puts learned embeddings before the tokens (prompt tuning, P-tuning).</summary>
    VirtualTokens,

    /// <summary>Puts learned keys and values before those of the tokens, in every layer (prefix tuning).</summary>
    Prefix,
}
