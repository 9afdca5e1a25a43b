namespace Gyre.Models.Tokenizers;

/// <summary>Which text loses tokens, at its end, when a pair is too long.</summary>
public enum PairTruncation
{
    /// <summary>None: a pair that is too long is RUN0117.</summary>
    None,

    /// <summary>The longer one, until both are equally long; then both (the longer keeps the odd one, the second if they began alike).</summary>
    LongestFirst,

    /// <summary>The first.</summary>
    OnlyFirst,

    /// <summary>The second: a question stays whole, its passage is cut.</summary>
    OnlySecond,
}
