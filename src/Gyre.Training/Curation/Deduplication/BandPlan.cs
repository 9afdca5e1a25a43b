namespace Gyre.Training.Curation.Deduplication;

/// <summary>How a signature is cut into bands: two texts are compared when all hashes of one band are equal.</summary>
/// <param name="Bands">How many bands.</param>
/// <param name="Rows">How many hashes a band has.</param>
/// <remarks>
/// A pair of similarity s is compared with probability 1 − (1 − s^rows)^bands. Chosen are the longest bands that find a pair at the
/// threshold often enough: longer bands compare fewer pairs in vain.
/// <para>Source: J. Leskovec, A. Rajaraman and J. Ullman, Mining of Massive Datasets, chapter 3.4.</para>
/// </remarks>
internal readonly record struct BandPlan(int Bands, int Rows)
{
    /// <summary>The plan for a threshold.</summary>
    public static BandPlan For(int hashes, double threshold, double recall)
    {
        var best = new BandPlan(hashes, 1);
        for (var rows = 2; rows <= hashes; rows++)
        {
            var plan = new BandPlan(hashes / rows, rows);
            if (plan.Recall(threshold) >= recall)
            {
                best = plan;
            }
        }

        return best;
    }

    /// <summary>The probability that a pair of a similarity is compared.</summary>
    public double Recall(double similarity) => 1 - Math.Pow(1 - Math.Pow(similarity, Rows), Bands);
}
