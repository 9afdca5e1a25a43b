namespace Gyre.Evaluation.Experiments;

/// <summary>What a candidate's calls took.</summary>
/// <param name="Name">The candidate.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Rows">Rows it was asked.</param>
/// <param name="Failed">Rows whose call failed.</param>
/// <param name="Kept">Rows whose reply was kept from an earlier run.</param>
/// <param name="InputTokens">Tokens read, of the replies that said so.</param>
/// <param name="OutputTokens">Tokens written, of the replies that said so.</param>
/// <param name="Cost">What the tokens cost; null without a price or when replies did not say their tokens.</param>
/// <param name="MedianSeconds">The median time of a call; null without replies.</param>
/// <param name="P95Seconds">The 95th percentile.</param>
/// <param name="Cut">Replies that ended at their token limit.</param>
public sealed record CandidateSummary(
    string Name, string Digest, long Rows, long Failed, long Kept, long InputTokens, long OutputTokens, decimal? Cost, double? MedianSeconds, double? P95Seconds, long Cut);
