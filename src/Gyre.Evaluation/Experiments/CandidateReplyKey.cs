using Gyre.Contracts;
using Gyre.Evaluation.Replies;

namespace Gyre.Evaluation.Experiments;

/// <summary>Under which a candidate's answers are kept.</summary>
internal static class CandidateReplyKey
{
    /// <summary>Everything of the row that a candidate may look at counts, so the whole row is in the key.</summary>
    public static ReplyKey Of(ICandidate candidate, DatasetRow row, int sample) => ReplyKey.Of(
        [candidate.Digest, $"{sample}", row.Task, row.Prompt, row.Subject, row.Family, .. row.Facts.OrderBy(fact => fact.Key, StringComparer.Ordinal).SelectMany(fact => new[] { fact.Key, fact.Value })]);
}
