using System.Globalization;
using System.Text;

namespace Gyre.Training.Encoders;

/// <summary>Draws F1 and exact match against the share of questions that are answered, as a self-contained SVG that follows the viewer's light or dark scheme.</summary>
internal static class ThresholdPlot
{
    private const int Width = 960;
    private const int Height = 480;
    private const int Left = 72;
    private const int Right = 200;
    private const int Top = 56;
    private const int Bottom = 60;

    private const string Style =
        """
        <style>
        svg{--ground:#fff;--ink:#1f2937;--soft:#6b7280;--grid:#e5e7eb;--a:#2563eb;--b:#d97706}
        @media (prefers-color-scheme:dark){svg{--ground:#111827;--ink:#f3f4f6;--soft:#9ca3af;--grid:#283142;--a:#60a5fa;--b:#fbbf24}}
        text{font-family:ui-sans-serif,system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--soft);font-size:13px}
        .title{fill:var(--ink);font-size:18px;font-weight:600}.ground{fill:var(--ground)}.grid{stroke:var(--grid)}
        polyline{fill:none;stroke-width:2}.model{stroke:var(--a)}.base{stroke:var(--b)}.exact{stroke-dasharray:5 4}.pm{fill:var(--a)}.pb{fill:var(--b)}
        </style>

        """;

    /// <summary>Draws the curves of a model and a baseline; the dots are the thresholds that are used.</summary>
    public static string Draw(AnswerScores model, double threshold, AnswerScores baseline, double baselineThreshold)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"F1 and exact match by the share of test questions answered\">\n{Style}");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"ground\" width=\"{Width}\" height=\"{Height}\" rx=\"10\"/>\n<text class=\"title\" x=\"{Left}\" y=\"34\">Test questions: score by the share that is answered</text>\n");
        for (var i = 0; i <= 10; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{X(0):0.#}\" x2=\"{X(1):0.#}\" y1=\"{Y(i / 10.0):0.#}\" y2=\"{Y(i / 10.0):0.#}\"/><text x=\"{Left - 8}\" y=\"{Y(i / 10.0) + 4:0.#}\" text-anchor=\"end\">{i / 10.0:0.0}</text>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(i / 10.0):0.#}\" y=\"{Height - Bottom + 20}\" text-anchor=\"middle\">{i * 10} %</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(0.5):0.#}\" y=\"{Height - 14}\" text-anchor=\"middle\">questions answered (the threshold of doubt rises to the right)</text>\n");
        Curve(model, "model", exact: false);
        Curve(model, "model exact", exact: true);
        Curve(baseline, "base", exact: false);
        Curve(baseline, "base exact", exact: true);
        Dot(model.At(threshold), "pm");
        Dot(baseline.At(baselineThreshold), "pb");
        (string Name, string Class)[] legend = [("model, F1", "model"), ("model, exact", "model exact"), ("shared words, F1", "base"), ("shared words, exact", "base exact")];
        for (var i = 0; i < legend.Length; i++)
        {
            var y = Top + 16 + (24 * i);
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{legend[i].Class}\" points=\"{Width - Right + 20},{y} {Width - Right + 52},{y}\"/><text x=\"{Width - Right + 60}\" y=\"{y + 4}\">{legend[i].Name}</text>\n");
        }

        return svg.Append("</svg>\n").ToString();

        void Curve(AnswerScores scores, string name, bool exact)
        {
            var points = scores.Thresholds().Select(scores.At).Select(at => string.Create(CultureInfo.InvariantCulture, $"{X(at.Answered):0.#},{Y(exact ? at.Exact : at.F1):0.#}"));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{name}\" points=\"{string.Join(' ', points)}\"/>\n");
        }

        void Dot((double F1, double Exact, double Answered) at, string name) =>
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"{name}\" cx=\"{X(at.Answered):0.#}\" cy=\"{Y(at.F1):0.#}\" r=\"5\"/>\n");
    }

    private static double X(double share) => Left + (share * (Width - Left - Right));

    private static double Y(double score) => Height - Bottom - (score * (Height - Top - Bottom));
}
