namespace Gyre.Evaluation.Reports.Html;

/// <summary>A candidate as a point of quality and price.</summary>
/// <param name="Name">The candidate.</param>
/// <param name="Price">What it takes: money or seconds; less is better.</param>
/// <param name="Quality">The metric's value.</param>
/// <param name="IsUndominated">No other is at least as good in both and better in one.</param>
internal sealed record ParetoPoint(string Name, double Price, double Quality, bool IsUndominated)
{
    /// <summary>The candidates with the mark of those that no other dominates.</summary>
    public static IReadOnlyList<ParetoPoint> Of(IReadOnlyList<(string Name, double Price, double Quality)> points, bool isHigherBetter)
    {
        return [.. points.Select(point => new ParetoPoint(point.Name, point.Price, point.Quality, !points.Any(other => Dominates(other, point))))];

        bool Dominates((string Name, double Price, double Quality) one, (string Name, double Price, double Quality) other)
        {
            var gain = isHigherBetter ? one.Quality - other.Quality : other.Quality - one.Quality;
            return gain >= 0 && one.Price <= other.Price && (gain > 0 || one.Price < other.Price);
        }
    }
}
