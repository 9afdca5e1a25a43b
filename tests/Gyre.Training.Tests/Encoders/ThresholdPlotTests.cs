using System.Xml.Linq;
using Gyre.Training.Encoders;

namespace Gyre.Training.Tests.Encoders;

/// <summary>The picture of scores by the share of questions that are answered.</summary>
public sealed class ThresholdPlotTests
{
    [Fact]
    public void It_shows_both_curves_the_thresholds_in_use_and_what_saying_nothing_scores()
    {
        QuestionItem[] items =
        [
            new("1", "a", "p", "q", [new QuestionAnswer(0, "right")]), new("2", "a", "p", "q", []),
            new("3", "a", "p", "q", [new QuestionAnswer(0, "other")]), new("4", "a", "p", "q", []),
        ];
        var model = new AnswerScores(items, [new("right", 0.1), new("x", 0.9), new("other", 0.3), new("y", 0.5)]);
        var shared = new AnswerScores(items, [new("wrong", 0.1), new("x", 0.9), new("other", 0.3), new("y", 0.2)]);
        var svg = ThresholdPlot.Draw("test", model, 0.3, shared, 0.3);
        var root = XDocument.Parse(svg).Root!; // It parses.
        var texts = root.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value).ToArray();
        texts.ShouldContain("1.000"); // The model answers both questions rightly, and no other.
        texts.ShouldContain("0.500"); // Shared words answer one of the two, and one without an answer.
        texts.ShouldContain(text => text.EndsWith("would score 0.500.", StringComparison.Ordinal));
        texts.ShouldContain("50 % have an answer");
        texts.ShouldContain("mean score");
        root.Descendants().Count(element => element.Name.LocalName == "polyline").ShouldBe(8); // Four curves and their legend.
        root.Descendants().Count(element => element.Name.LocalName == "circle").ShouldBe(4);
    }

    [Fact]
    public void Curves_fill_the_height_whatever_the_scores()
    {
        QuestionItem[] items = [.. Enumerable.Range(0, 10).Select(i => new QuestionItem($"{i}", "a", "p", "q", [new QuestionAnswer(0, "right")]))];
        var poor = new AnswerScores(items, [.. Enumerable.Range(0, 10).Select(i => new FoundAnswer(i < 2 ? "right" : "wrong", i))]);
        var svg = ThresholdPlot.Draw("test", poor, 1, poor, 1);
        svg.ShouldContain(">0.3<");
        svg.ShouldNotContain(">0.4<");
    }
}
