namespace Gyre.Evaluation.Metrics.Rankings;

/// <summary>Discounted cumulative gain: grades divided by the binary logarithm of rank + 1, and its share of the best possible.</summary>
/// <remarks>
/// The best possible ranks all judged documents by grade, whatever counts as relevant.
/// <para>Source: K. Järvelin and J. Kekäläinen 2002 (linear gain, as trec_eval's ndcg and ndcg_cut); C. Burges et al. 2005 (exponential gain).</para>
/// </remarks>
public static class DiscountedGain
{
    /// <summary><c>ndcg</c>, <c>ndcg@10</c>, <c>ndcg-exp@10</c>: the mean over queries.</summary>
    /// <param name="gain">How much a grade is worth.</param>
    /// <param name="ranks">How many ranks count, 1 or more; null for all.</param>
    public static IMetric<RankedSample> Normalised(GradeGain gain = GradeGain.Linear, int? ranks = null) => new MeanMetric<RankedSample>(
        "ndcg" + Suffix(gain, ranks),
        MetricForm.Share(gain == GradeGain.Linear ? "Järvelin and Kekäläinen 2002; trec_eval ndcg" : "Burges et al. 2005"),
        sample => sample.Ideal.IsEmpty
            ? RankingMetrics.NothingRelevant
            : MetricValue.Of(Of(sample, gain, ranks) / Ideal(sample, gain, ranks)));

    /// <summary><c>dcg</c>, <c>dcg@10</c>, <c>dcg-exp@10</c>: the mean over queries.</summary>
    /// <param name="gain">How much a grade is worth.</param>
    /// <param name="ranks">How many ranks count, 1 or more; null for all.</param>
    public static IMetric<RankedSample> Plain(GradeGain gain = GradeGain.Linear, int? ranks = null) => new MeanMetric<RankedSample>(
        "dcg" + Suffix(gain, ranks),
        new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, 0, double.PositiveInfinity, "Järvelin and Kekäläinen 2002; Burges et al. 2005"),
        sample => sample.Ideal.IsEmpty ? RankingMetrics.NothingRelevant : MetricValue.Of(Of(sample, gain, ranks)));

    private static double Of(RankedSample sample, GradeGain gain, int? ranks)
    {
        var sum = 0.0;
        var end = Math.Min(sample.Count, ranks ?? int.MaxValue);
        for (var i = 0; i < end; i++)
        {
            sum += Worth(gain, sample.GradeAt(i)) / Math.Log2(i + 2);
        }

        return sum;
    }

    private static double Ideal(RankedSample sample, GradeGain gain, int? ranks)
    {
        var sum = 0.0;
        var end = Math.Min(sample.Ideal.Length, ranks ?? int.MaxValue);
        for (var i = 0; i < end; i++)
        {
            sum += Worth(gain, sample.Ideal[i]) / Math.Log2(i + 2);
        }

        return sum;
    }

    private static double Worth(GradeGain gain, int grade) => gain == GradeGain.Linear ? grade : Math.Pow(2, grade) - 1;

    private static string Suffix(GradeGain gain, int? ranks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks ?? 1, 1, nameof(ranks));
        return (gain == GradeGain.Exponential ? "-exp" : "") + (ranks is { } k ? $"@{k}" : "");
    }
}
