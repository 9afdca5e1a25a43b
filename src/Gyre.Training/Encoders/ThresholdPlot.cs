using System.Globalization;
using System.Text;

namespace Gyre.Training.Encoders;

/// <summary>Draws F1 and exact match against the share of questions that are answered, as a self-contained SVG that follows the viewer's light or dark scheme.</summary>
internal static class ThresholdPlot
{
    private const int Width = 960;
    private const int Height = 500;
    private const int Left = 84;
    private const int Right = 230;
    private const int Top = 80;
    private const int Bottom = 66;

    private const string Style =
        """
        <style>
        svg{--ground:#fff;--ink:#1f2937;--soft:#6b7280;--grid:#e5e7eb;--a:#2563eb;--b:#d97706}
        @media (prefers-color-scheme:dark){svg{--ground:#111827;--ink:#f3f4f6;--soft:#9ca3af;--grid:#283142;--a:#60a5fa;--b:#fbbf24}}
        text{font-family:ui-sans-serif,system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--soft);font-size:13px}
        .title{fill:var(--ink);font-size:18px;font-weight:600}.ground{fill:var(--ground)}.grid{stroke:var(--grid)}.mark{stroke:var(--soft);stroke-dasharray:2 4}
        polyline{fill:none;stroke-width:2}.model{stroke:var(--a)}.base{stroke:var(--b)}.exact{stroke-dasharray:5 4}.pm{fill:var(--a)}.pb{fill:var(--b)}.value{fill:var(--ink);font-weight:600}
        </style>

        """;

    /// <summary>Draws the curves of a model and a baseline; the dots are the thresholds that are used.</summary>
    /// <param name="part">Which questions these are, for example "test".</param>
    /// <param name="model">The model's answers.</param>
    /// <param name="threshold">The model's threshold.</param>
    /// <param name="baseline">The baseline's answers to the same questions.</param>
    /// <param name="baselineThreshold">Its threshold.</param>
    public static string Draw(string part, AnswerScores model, double threshold, AnswerScores baseline, double baselineThreshold)
    {
        var (own, other) = (model.At(threshold), baseline.At(baselineThreshold));
        var top = Ceiling([.. model.Thresholds().Select(at => model.At(at).F1), .. baseline.Thresholds().Select(at => baseline.At(at).F1)]);
        var answerable = model.Items.Count(item => item.Answers.Count > 0) / (double)model.Items.Count;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"F1 and exact match by the share of {part} questions answered: at the chosen thresholds the model has an F1 of {own.F1:0.000} and shared words one of {other.F1:0.000}\">\n{Style}");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"ground\" width=\"{Width}\" height=\"{Height}\" rx=\"10\"/>\n<text class=\"title\" x=\"{Left}\" y=\"32\">Mean score of {model.Items.Count:N0} {part} questions by the share that is answered</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"54\">Saying \u201cno answer\u201d counts 1 where there is none, else 0; saying it always would score {1 - answerable:0.000}.</text>\n");
        var lines = (int)Math.Round(top * 10);
        for (var i = 0; i <= lines; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{X(0):0.#}\" x2=\"{X(1):0.#}\" y1=\"{Y(i / 10.0):0.#}\" y2=\"{Y(i / 10.0):0.#}\"/><text x=\"{Left - 8}\" y=\"{Y(i / 10.0) + 4:0.#}\" text-anchor=\"end\">{i / 10.0:0.0}</text>\n");
        }

        for (var i = 0; i <= 10; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(i / 10.0):0.#}\" y=\"{Height - Bottom + 20}\" text-anchor=\"middle\">{i * 10} %</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(0.5):0.#}\" y=\"{Height - 18}\" text-anchor=\"middle\">questions answered: a higher threshold of doubt answers more</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(26 {Y(top / 2):0.#}) rotate(-90)\" text-anchor=\"middle\">mean score</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"mark\" x1=\"{X(answerable):0.#}\" x2=\"{X(answerable):0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><text x=\"{X(answerable) + 6:0.#}\" y=\"{Height - Bottom - 8}\">{answerable * 100:0} % have an answer</text>\n");
        Curve(model, "model", exact: false);
        Curve(model, "model exact", exact: true);
        Curve(baseline, "base", exact: false);
        Curve(baseline, "base exact", exact: true);
        Dot(own, "pm", above: own.F1 >= other.F1);
        Dot(other, "pb", above: own.F1 < other.F1);
        (string Name, string Class)[] legend = [("model, F1", "model"), ("model, exact match", "model exact"), ("shared words, F1", "base"), ("shared words, exact match", "base exact")];
        for (var i = 0; i < legend.Length; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{legend[i].Class}\" points=\"{Width - Right + 20},{LegendY(i)} {Width - Right + 52},{LegendY(i)}\"/><text x=\"{Width - Right + 60}\" y=\"{LegendY(i) + 4}\">{legend[i].Name}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"pm\" cx=\"{Width - Right + 29}\" cy=\"{LegendY(legend.Length)}\" r=\"5\"/><circle class=\"pb\" cx=\"{Width - Right + 43}\" cy=\"{LegendY(legend.Length)}\" r=\"5\"/><text x=\"{Width - Right + 60}\" y=\"{LegendY(legend.Length) + 4}\">thresholds in use, their F1</text>\n");
        return svg.Append("</svg>\n").ToString();

        void Curve(AnswerScores scores, string name, bool exact)
        {
            var points = scores.Thresholds().Select(scores.At).Select(at => string.Create(CultureInfo.InvariantCulture, $"{X(at.Answered):0.#},{Y(exact ? at.Exact : at.F1):0.#}"));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{name}\" points=\"{string.Join(' ', points)}\"/>\n");
        }

        void Dot((double F1, double Exact, double Answered) at, string name, bool above) =>
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"{name}\" cx=\"{X(at.Answered):0.#}\" cy=\"{Y(at.F1):0.#}\" r=\"5\"/><text class=\"value\" x=\"{X(at.Answered):0.#}\" y=\"{Y(at.F1) + (above ? -12 : 22):0.#}\" text-anchor=\"middle\">{at.F1:0.000}</text>\n");

        double Y(double score) => Height - Bottom - (score / top * (Height - Top - Bottom));
    }

    /// <summary>The tenth above every score, so that curves fill the height.</summary>
    private static double Ceiling(double[] scores) => Math.Clamp(Math.Ceiling((scores.Max() + 0.02) * 10) / 10, 0.1, 1);

    private static double X(double share) => Left + (share * (Width - Left - Right));

    private static int LegendY(int row) => Top + 16 + (24 * row);
}
