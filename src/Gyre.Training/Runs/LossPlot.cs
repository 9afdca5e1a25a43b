using System.Globalization;
using System.Net;
using System.Text;

namespace Gyre.Training.Runs;

/// <summary>Draws the loss curve of a run as a self-contained SVG that follows the viewer's light or dark scheme.</summary>
internal static class LossPlot
{
    private const int Width = 960;
    private const int Height = 480;
    private const int Left = 72;
    private const int Right = 24;
    private const int Top = 64;
    private const int Bottom = 56;
    private const int MaxPoints = 480;

    /// <summary>Draws the points; steps run along the x axis, nats a token along the y axis.</summary>
    public static string Draw(string title, IEnumerable<MetricsPoint> points)
    {
        var training = new List<(double X, double Y)>();
        var validation = new List<(double X, double Y)>();
        foreach (var point in points)
        {
            if (point.Loss is { } loss && double.IsFinite(loss))
            {
                training.Add((point.Step, loss));
            }

            if (point.ValidationLoss is { } value && double.IsFinite(value))
            {
                validation.Add((point.Step, value));
            }
        }

        var smoothed = Thin(Smooth(training));
        training = Thin(training);
        var all = training.Concat(validation).ToArray();
        var ticksX = Ticks(0, all.Length == 0 ? 1 : all.Max(p => p.X), 8);
        var ticksY = Ticks(all.Length == 0 ? 0 : all.Min(p => p.Y), all.Length == 0 ? 1 : all.Max(p => p.Y), 6);
        var frame = new Frame(ticksX[0], ticksX[^1], ticksY[0], ticksY[^1]);

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}: training and validation loss by step\">\n");
        svg.Append(Style);
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"ground\" width=\"{Width}\" height=\"{Height}\" rx=\"10\"/>\n<text class=\"title\" x=\"{Left}\" y=\"34\">{WebUtility.HtmlEncode(title)}</text>\n");
        Axes(svg, frame, ticksX, ticksY);
        svg.Append(CultureInfo.InvariantCulture, $"<clipPath id=\"plot\"><rect x=\"{Left}\" y=\"{Top - 6}\" width=\"{Width - Left - Right + 6}\" height=\"{Height - Top - Bottom + 6}\"/></clipPath>\n<g clip-path=\"url(#plot)\">\n");
        Line(svg, frame, training, "raw");
        Line(svg, frame, smoothed, "train");
        Line(svg, frame, validation, "valid");
        foreach (var (x, y) in Thin(validation, 80))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot\" cx=\"{frame.X(x):0.#}\" cy=\"{frame.Y(y):0.#}\" r=\"3\"/>\n");
        }

        svg.Append("</g>\n");
        Legend(svg, validation);
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Round numbers that span a range, about <paramref name="count"/> of them.</summary>
    internal static IReadOnlyList<double> Ticks(double minimum, double maximum, int count)
    {
        if (maximum - minimum < 1e-9)
        {
            maximum = minimum + Math.Max(1e-3, Math.Abs(minimum) * 0.1);
        }

        var rough = (maximum - minimum) / count;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        var first = Math.Floor((minimum / step) + 1e-9);
        var last = Math.Ceiling((maximum / step) - 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => Math.Round((first + i) * step, 9))];
    }

    private const string Style =
        """
        <style>
        svg{--ground:#fff;--ink:#1f2937;--soft:#6b7280;--grid:#e5e7eb;--train:#2563eb;--valid:#d97706}
        @media (prefers-color-scheme:dark){svg{--ground:#111827;--ink:#f3f4f6;--soft:#9ca3af;--grid:#283142;--train:#60a5fa;--valid:#fbbf24}}
        text{font-family:ui-sans-serif,system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--soft);font-size:13px}
        .ground{fill:var(--ground)}.title{fill:var(--ink);font-size:17px;font-weight:600}.grid{stroke:var(--grid)}.axis{stroke:var(--soft)}
        .raw,.train,.valid{fill:none;stroke-linejoin:round;stroke-linecap:round}.raw{stroke:var(--train);stroke-width:1;opacity:.28}
        .train{stroke:var(--train);stroke-width:2.2}.valid{stroke:var(--valid);stroke-width:2.2}.dot{fill:var(--valid)}.key{fill:var(--ink)}
        </style>

        """;

    private static void Axes(StringBuilder svg, Frame frame, IReadOnlyList<double> ticksX, IReadOnlyList<double> ticksY)
    {
        foreach (var y in ticksY)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{frame.Y(y):0.#}\" y2=\"{frame.Y(y):0.#}\"/><text x=\"{Left - 10}\" y=\"{frame.Y(y) + 4:0.#}\" text-anchor=\"end\">{y:0.####}</text>\n");
        }

        foreach (var x in ticksX)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"{frame.X(x):0.#}\" x2=\"{frame.X(x):0.#}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom + 5}\"/><text x=\"{frame.X(x):0.#}\" y=\"{Height - Bottom + 21}\" text-anchor=\"middle\">{x:#,0.##}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom}\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 12}\" text-anchor=\"middle\">step</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(20 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">loss (nats per token)</text>\n");
    }

    private static void Legend(StringBuilder svg, List<(double X, double Y)> validation)
    {
        const int At = Width - Right - 372;
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"train\" x1=\"{At}\" x2=\"{At + 26}\" y1=\"30\" y2=\"30\"/><text class=\"key\" x=\"{At + 34}\" y=\"34\">training, smoothed</text>\n");
        var best = validation.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (best {validation.Min(p => p.Y):0.000})");
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"valid\" x1=\"{At + 172}\" x2=\"{At + 198}\" y1=\"30\" y2=\"30\"/><circle class=\"dot\" cx=\"{At + 185}\" cy=\"30\" r=\"3\"/><text class=\"key\" x=\"{At + 206}\" y=\"34\">validation{best}</text>\n");
    }

    private static void Line(StringBuilder svg, Frame frame, List<(double X, double Y)> points, string style)
    {
        if (points.Count > 0)
        {
            var path = string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{frame.X(p.X):0.#},{frame.Y(p.Y):0.#}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{style}\" points=\"{path}\"/>\n");
        }
    }

    private static List<(double X, double Y)> Smooth(List<(double X, double Y)> points)
    {
        // A short run is smoothed over fewer steps, or its curve would lag behind.
        var average = new LossAverage(Math.Clamp(1 - (12.0 / points.Count), 0, 0.95));
        return [.. points.Select(p => (p.X, average.Add(p.Y)))];
    }

    /// <summary>Means of neighbours, so that a long run stays a small file.</summary>
    private static List<(double X, double Y)> Thin(List<(double X, double Y)> points, int count = MaxPoints) =>
        points.Count <= count
            ? points
            : [.. points.Chunk((points.Count + count - 1) / count).Select(chunk => (chunk.Average(p => p.X), chunk.Average(p => p.Y)))];

    private readonly record struct Frame(double MinX, double MaxX, double MinY, double MaxY)
    {
        public double X(double x) => Left + ((x - MinX) / (MaxX - MinX) * (Width - Left - Right));

        public double Y(double y) => Height - Bottom - ((y - MinY) / (MaxY - MinY) * (Height - Top - Bottom));
    }
}
