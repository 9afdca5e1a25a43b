namespace Gyre.Evaluation.Metrics.Rankings;

/// <summary>Metrics of rankings where a document is relevant or is not; the value over queries is the mean.</summary>
/// <remarks>
/// A query without a relevant document is undefined. An empty ranking of a query that has some is worth 0, as trec_eval -c counts it.
/// <para>Cost: one pass over the ranking.</para>
/// <para>Source: the definitions of NIST's trec_eval 9, whose names are given; bpref: C. Buckley and E. Voorhees 2004.</para>
/// </remarks>
public static class RankingMetrics
{
    private const double LeastPrecision = 1e-5;

    /// <summary><c>mrr</c>: 1 ÷ rank of the first relevant document, 0 when none is found (recip_rank).</summary>
    public static IMetric<RankedSample> ReciprocalRank { get; } = Mean("mrr", "trec_eval recip_rank", sample =>
    {
        for (var i = 0; i < sample.Count; i++)
        {
            if (sample.IsRelevant(i))
            {
                return 1.0 / (i + 1);
            }
        }

        return 0;
    });

    /// <summary><c>map</c>: precision at each relevant document found, summed, ÷ relevant documents (map).</summary>
    public static IMetric<RankedSample> AveragePrecision { get; } = Mean("map", "trec_eval map", sample => PrecisionSum(sample, int.MaxValue));

    /// <summary><c>gmap</c>: the geometric mean over queries of average precision, each at least 0.00001 (gm_map).</summary>
    public static IMetric<RankedSample> GeometricAveragePrecision { get; } = new SumsMetric<RankedSample>(
        "gmap",
        MetricForm.Share("Robertson 2006; trec_eval gm_map"),
        1,
        (sample, sums) =>
        {
            if (sample.Relevant == 0)
            {
                return NothingRelevant.Reason;
            }

            sums[0] = Math.Log(Math.Max(LeastPrecision, PrecisionSum(sample, int.MaxValue)));
            return null;
        },
        (sums, count) => MetricValue.Of(Math.Exp(sums[0] / count)));

    /// <summary><c>r-precision</c>: precision after as many documents as are relevant (Rprec).</summary>
    public static IMetric<RankedSample> RPrecision { get; } = Mean("r-precision", "trec_eval Rprec", sample => sample.RelevantIn(sample.Relevant) / (double)sample.Relevant);

    /// <summary><c>bpref</c>: how seldom judged irrelevant documents stand before relevant ones; unjudged ones are passed over (bpref).</summary>
    public static IMetric<RankedSample> BinaryPreference { get; } = Mean("bpref", "Buckley and Voorhees 2004; trec_eval bpref", Preference);

    /// <summary><c>set-precision</c>: relevant documents found ÷ documents found (set_P).</summary>
    public static IMetric<RankedSample> SetPrecision { get; } = Mean("set-precision", "trec_eval set_P", sample => sample.RelevantIn(sample.Count) / (double)Math.Max(1, sample.Count));

    /// <summary><c>set-recall</c>: relevant documents found ÷ relevant documents (set_recall).</summary>
    public static IMetric<RankedSample> SetRecall { get; } = Mean("set-recall", "trec_eval set_recall", sample => sample.RelevantIn(sample.Count) / (double)sample.Relevant);

    /// <summary><c>set-f1</c>: the harmonic mean of both (set_F).</summary>
    public static IMetric<RankedSample> SetF1 { get; } = Mean("set-f1", "trec_eval set_F", sample => 2.0 * sample.RelevantIn(sample.Count) / (sample.Count + sample.Relevant));

    /// <summary><c>map-11pt</c>: the mean of the interpolated precisions at recall 0, 0.1 … 1 (11pt_avg).</summary>
    public static IMetric<RankedSample> ElevenPoints { get; } = Mean("map-11pt", "trec_eval 11pt_avg", sample =>
    {
        var sum = 0.0;
        for (var tenth = 0; tenth <= 10; tenth++)
        {
            sum += Interpolated(sample, tenth / 10.0);
        }

        return sum / 11;
    });

    /// <summary>That a query has no relevant document.</summary>
    internal static MetricValue NothingRelevant { get; } = MetricValue.Undefined(UndefinedCause.NoReference, "no document is judged relevant");

    /// <summary><c>precision@k</c>: relevant documents in the first k ranks ÷ k, also when the ranking is shorter (P_k).</summary>
    public static IMetric<RankedSample> PrecisionAt(int ranks) => Mean(At("precision", ranks), "trec_eval P", sample => sample.RelevantIn(ranks) / (double)ranks);

    /// <summary><c>recall@k</c>: relevant documents in the first k ranks ÷ relevant documents (recall_k).</summary>
    public static IMetric<RankedSample> RecallAt(int ranks) => Mean(At("recall", ranks), "trec_eval recall", sample => sample.RelevantIn(ranks) / (double)sample.Relevant);

    /// <summary><c>hit@k</c>: 1 when a relevant document stands in the first k ranks (success_k).</summary>
    public static IMetric<RankedSample> HitAt(int ranks) => Mean(At("hit", ranks), "trec_eval success", sample => sample.RelevantIn(ranks) > 0 ? 1 : 0);

    /// <summary><c>map@k</c>: average precision of the first k ranks, ÷ all relevant documents (map_cut_k).</summary>
    public static IMetric<RankedSample> AveragePrecisionAt(int ranks) => Mean(At("map", ranks), "trec_eval map_cut", sample => PrecisionSum(sample, ranks));

    /// <summary><c>precision-at-recall-0.5</c>: the greatest precision at that recall or beyond (iprec_at_recall).</summary>
    /// <param name="recall">0 to 1.</param>
    public static IMetric<RankedSample> PrecisionAtRecall(double recall)
    {
        if (!(recall is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(recall), recall, "Recall is 0 to 1.");
        }

        return Mean($"precision-at-recall-{recall.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture)}", "trec_eval iprec_at_recall", sample => Interpolated(sample, recall));
    }

    private static double PrecisionSum(RankedSample sample, int ranks)
    {
        var (found, sum) = (0, 0.0);
        for (var i = 0; i < Math.Min(ranks, sample.Count); i++)
        {
            if (sample.IsRelevant(i))
            {
                found++;
                sum += found / (double)(i + 1);
            }
        }

        return sum / sample.Relevant;
    }

    private static double Interpolated(RankedSample sample, double recall)
    {
        // trec_eval's rounding of the share to a number of documents. Its reference outputs come from a machine that rounded product
        // and sum once: with two roundings 0.3 of 77 documents are 23 and not 24.
        var needed = (int)Math.FusedMultiplyAdd(recall, sample.Relevant, 0.9);
        var (found, best) = (0, 0.0);
        for (var i = 0; i < sample.Count; i++)
        {
            if (sample.IsRelevant(i))
            {
                found++;
                best = found >= needed ? Math.Max(best, found / (double)(i + 1)) : best;
            }
        }

        return best;
    }

    private static double Preference(RankedSample sample)
    {
        var (irrelevant, sum) = (0, 0.0);
        var most = Math.Min(sample.JudgedNotRelevant, sample.Relevant);
        for (var i = 0; i < sample.Count; i++)
        {
            if (sample.IsJudgedNotRelevant(i))
            {
                irrelevant++;
            }
            else if (sample.IsRelevant(i))
            {
                sum += irrelevant == 0 ? 1 : 1 - (Math.Min(irrelevant, sample.Relevant) / (double)most);
            }
        }

        return sum / sample.Relevant;
    }

    private static string At(string name, int ranks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        return $"{name}@{ranks}";
    }

    private static MeanMetric<RankedSample> Mean(string name, string source, Func<RankedSample, double> value) =>
        new(name, MetricForm.Share(source), sample => sample.Relevant == 0 ? NothingRelevant : MetricValue.Of(value(sample)));
}
