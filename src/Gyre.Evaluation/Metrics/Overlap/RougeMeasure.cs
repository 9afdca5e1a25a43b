namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>What ROUGE counts.</summary>
public enum RougeMeasure
{
    /// <summary>N-grams of one length.</summary>
    NGrams,

    /// <summary>The longest common subsequence of words (ROUGE-L).</summary>
    LongestSubsequence,

    /// <summary>The union of longest common subsequences, line by line (ROUGE-Lsum).</summary>
    SummarySubsequence,
}
