using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Selection;

/// <summary>People's ratings as evidence: their mean, with Student's interval from two raters on.</summary>
/// <remarks>People who rated both of two candidates are pairs.</remarks>
internal sealed class ReviewEvidence(ReviewFile review, double confidence) : IEvidence
{
    public Finding Find(SelectionObjective objective, string candidate)
    {
        var ratings = RatingsOf(objective, candidate).Values.ToArray();
        if (ratings.Length == 0)
        {
            return Finding.Missing($"nobody rated '{candidate}' by '{objective.Metric}'");
        }

        var mean = ratings.Average();
        var half = HalfWidth(ratings);
        var (least, greatest) = (Math.Min(review.Scale.Worst, review.Scale.Best), Math.Max(review.Scale.Worst, review.Scale.Best));
        return new Finding(
            new Measurement(mean, half is { } low ? Math.Max(least, mean - low) : null, half is { } high ? Math.Min(greatest, mean + high) : null, half is null ? null : confidence, Count: ratings.Length),
            "",
            review.Scale.Best > review.Scale.Worst ? ScoreDirection.HigherIsBetter : ScoreDirection.LowerIsBetter,
            least,
            greatest);
    }

    public PairedDifference? Compare(SelectionObjective objective, string first, string second)
    {
        var (one, other) = (RatingsOf(objective, first), RatingsOf(objective, second));
        double[] differences = [.. one.Where(rating => other.ContainsKey(rating.Key)).Select(rating => rating.Value - other[rating.Key])];
        // Only where everybody rated both; else the means are of other people.
        return differences.Length == one.Count && differences.Length == other.Count && HalfWidth(differences) is { } half
            ? new PairedDifference(differences.Average(), ExperimentEvidence.ErrorOf(-half, half, confidence))
            : null;
    }

    public CandidateSummary? CallsOf(string candidate) => null;

    private Dictionary<string, double> RatingsOf(SelectionObjective objective, string candidate) => review.Notes
        .Where(note => note.Candidate == candidate && note.Criterion == objective.Metric && note.Rating is not null)
        .ToDictionary(note => note.By, note => note.Rating!.Value, StringComparer.Ordinal); // Filtered above.

    private double? HalfWidth(double[] values)
    {
        if (values.Length < 2)
        {
            return null;
        }

        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
        return StudentQuantile(values.Length - 1) * deviation / Math.Sqrt(values.Length);
    }

    /// <summary>Where the two tails hold 1 − confidence, by halving.</summary>
    private double StudentQuantile(int degrees)
    {
        var (low, high) = (0.0, 1.0);
        while (Distributions.StudentTwoSided(high, degrees) > 1 - confidence)
        {
            high *= 2;
        }

        for (var i = 0; i < 80; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Distributions.StudentTwoSided(middle, degrees) > 1 - confidence ? (middle, high) : (low, middle);
        }

        return high;
    }
}
