using System.Globalization;

namespace Gyre.Evaluation.Metrics.Rankings;

/// <summary>The measures of rankings by the names under which trec_eval prints them.</summary>
/// <remarks>Source: NIST trec_eval.</remarks>
public static class TrecEvalNames
{
    /// <summary>The metric of a name such as <c>ndcg_cut_10</c>, or null when there is none.</summary>
    /// <param name="name">As trec_eval prints it.</param>
    public static IMetric<RankedSample>? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var cut = name.LastIndexOf('_');
        var last = name[(cut + 1)..];
        return name switch
        {
            "map" => RankingMetrics.AveragePrecision,
            "gm_map" => RankingMetrics.GeometricAveragePrecision,
            "Rprec" => RankingMetrics.RPrecision,
            "bpref" => RankingMetrics.BinaryPreference,
            "recip_rank" => RankingMetrics.ReciprocalRank,
            "ndcg" => DiscountedGain.Normalised(),
            "11pt_avg" => RankingMetrics.ElevenPoints,
            "set_P" => RankingMetrics.SetPrecision,
            "set_recall" => RankingMetrics.SetRecall,
            "set_F" => RankingMetrics.SetF1,
            _ when cut < 0 => null,
            _ => name[..cut] switch
            {
                "P" => RankingMetrics.PrecisionAt(Whole()),
                "recall" => RankingMetrics.RecallAt(Whole()),
                "success" => RankingMetrics.HitAt(Whole()),
                "map_cut" => RankingMetrics.AveragePrecisionAt(Whole()),
                "ndcg_cut" => DiscountedGain.Normalised(ranks: Whole()),
                "iprec_at_recall" => RankingMetrics.PrecisionAtRecall(double.Parse(last, CultureInfo.InvariantCulture)),
                _ => null,
            },
        };

        int Whole() => int.Parse(last, CultureInfo.InvariantCulture);
    }
}
