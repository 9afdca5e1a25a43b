using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Reports.Html;

/// <summary>Quality against what it takes: better is up and to the left, whatever the metric's direction.</summary>
internal static class ParetoPlot
{
    private const int Width = 420;
    private const int Height = 260;
    private const int Left = 62;
    private const int Right = 16;
    private const int Top = 14;
    private const int Bottom = 44;
    private const int MostLetters = 22;
    private const double LetterWidth = 6.6;

    /// <summary>Draws the candidates that have both a value and a price.</summary>
    /// <param name="html">Where to.</param>
    /// <param name="metric">The metric of the upright axis.</param>
    /// <param name="priceName">What the other axis is called.</param>
    /// <param name="price">Writes a price.</param>
    /// <param name="points">The candidates; at least one.</param>
    public static void Draw(HtmlWriter html, ExperimentMetric metric, string priceName, Func<double, string> price, IReadOnlyList<ParetoPoint> points)
    {
        var isUp = metric.Form.Direction == ScoreDirection.HigherIsBetter;
        var x = Axis.Of(points.Select(point => point.Price).Append(0), 4, (0, double.PositiveInfinity));
        var y = Axis.Of(Spread(points.Select(point => point.Quality)), 4, (metric.Form.Least, metric.Form.Greatest));
        var undominated = points.Where(point => point.IsUndominated).OrderBy(point => point.Price).ToArray();
        html.Write($"<figure class=\"pareto\"><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{ReportView.NameOf(metric)} against {priceName}; undominated: {string.Join(", ", undominated.Select(point => point.Name))}\">");
        Axes(html, metric.Form.Unit, x, y, price, isUp);
        html.Write($"<text class=\"axis-name\" x=\"{(double)(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{priceName}</text>");
        for (var i = 1; i < undominated.Length; i++)
        {
            var (from, to) = (undominated[i - 1], undominated[i]);
            html.Write($"<path class=\"front\" d=\"M{X(x, from.Price)} {Y(y, from.Quality, isUp)}H{X(x, to.Price)}V{Y(y, to.Quality, isUp)}\"/>");
        }

        foreach (var point in points)
        {
            html.Write($"<circle class=\"{(point.IsUndominated ? "point good" : "point none")}\" cx=\"{X(x, point.Price)}\" cy=\"{Y(y, point.Quality, isUp)}\" r=\"6\"><title>{point.Name}: {MetricText.Value(metric.Form.Unit, point.Quality)}, {price(point.Price)}</title></circle>");
        }

        Labels(html, [.. points.Select(point => (point.Name, X(x, point.Price), Y(y, point.Quality, isUp)))]);
        html.Write($"</svg><figcaption><strong>{ReportView.NameOf(metric)}</strong> against {priceName}. Undominated: ");
        html.Write(new Sentence().List(undominated, (words, point) => words.Name(point.Name)));
        html.Write($".</figcaption></figure>\n");
    }

    // Room for names below the lowest point and above the highest.
    private static double[] Spread(IEnumerable<double> values)
    {
        var (least, greatest) = (values.Min(), values.Max());
        var room = (greatest - least) * 0.12;
        return [least - room, greatest + room];
    }

    private static double X(Axis axis, double value) => Left + (axis.At(value) / 100 * (Width - Left - Right));

    private static double Y(Axis axis, double value, bool isUp) => Top + ((isUp ? 100 - axis.At(value) : axis.At(value)) / 100 * (Height - Top - Bottom));

    private static void Axes(HtmlWriter html, MetricUnit unit, Axis x, Axis y, Func<double, string> price, bool isUp)
    {
        foreach (var tick in y.Ticks)
        {
            var at = Y(y, tick, isUp);
            html.Write($"<line class=\"grid\" x1=\"{Left}\" x2=\"{(Width - Right)}\" y1=\"{at}\" y2=\"{at}\"/><text x=\"{Left - 8}\" y=\"{at + 4}\" text-anchor=\"end\">{MetricText.Tick(unit, tick, isSigned: false)}{(unit == MetricUnit.Share ? " %" : "")}</text>");
        }

        foreach (var tick in x.Ticks)
        {
            var at = X(x, tick);
            html.Write($"<line class=\"grid\" x1=\"{at}\" x2=\"{at}\" y1=\"{Top}\" y2=\"{(Height - Bottom)}\"/><text x=\"{at}\" y=\"{(Height - Bottom + 17)}\" text-anchor=\"middle\">{price(tick)}</text>");
        }
    }

    /// <summary>Names beside their points: the first place around the point where no other name or point lies, or below all.</summary>
    private static void Labels(HtmlWriter html, IReadOnlyList<(string Name, double X, double Y)> points)
    {
        var placed = points.Select(point => (From: point.X - 5, To: point.X + 5, Y: point.Y + 4)).ToList();
        foreach (var point in points)
        {
            var name = TextWidth.Clip(VisibleText.Line(point.Name), MostLetters);
            var length = TextWidth.Of(name) * LetterWidth;
            var (right, left) = (point.X + 9, point.X - 9 - length);
            (double X, double Y)[] places = [(right, point.Y + 15), (left, point.Y - 7), (right, point.Y - 7), (left, point.Y + 15), (right, point.Y + 4), (left, point.Y + 4)];
            var free = places.Where(place => place.X >= Left && place.X + length <= Width && place.Y >= Top && place.Y <= Height - Bottom + 2 && IsFree(place)).ToArray();
            var at = free.Length > 0 ? free[0] : (X: Math.Clamp(point.X + 9, Left, Math.Max(Left, Width - length)), Y: point.Y + 4);
            while (free.Length == 0 && !IsFree(at) && at.Y > Top)
            {
                at = (at.X, at.Y - 13);
            }

            placed.Add((at.X, at.X + length, at.Y));
            html.Write($"<text class=\"label\" x=\"{at.X}\" y=\"{at.Y}\">{name}</text>");

            bool IsFree((double X, double Y) place) => !placed.Exists(other => place.X < other.To + 3 && other.From < place.X + length + 3 && Math.Abs(other.Y - place.Y) < 12);
        }
    }
}
