using Gyre.Registry.Ratings;

namespace Gyre.Server.Ratings;

/// <summary>What the raters of one item say together.</summary>
internal static class RatingConsensus
{
    /// <summary>
    /// A scale's median (the lower of two), else the commonest answer; where several are as common, a tie for preferences and
    /// nothing for others.
    /// </summary>
    public static string? Of(IEnumerable<RatingRecord> item, RatingQuestion question)
    {
        var values = item.Select(record => record.Value(question.Name)).ToArray();
        if (question.Kind == RatingQuestionKind.Scale)
        {
            // Points are single digits, so their order as texts is their order.
            return values.Order(StringComparer.Ordinal).ElementAt((values.Length - 1) / 2);
        }

        var counts = values.CountBy(value => value).OrderByDescending(count => count.Value).ToArray();
        return counts.Length == 1 || counts[0].Value > counts[1].Value ? counts[0].Key
            : question.Kind == RatingQuestionKind.Preference ? RatingQuestion.Tie
            : null;
    }
}
