using System.Xml.Linq;
using Gyre.Training.Runs;

namespace Gyre.Training.Tests.Runs;

public sealed class MetricsLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Points_come_back_as_they_were_written()
    {
        var point = new MetricsPoint(1, 2.5, null, 1e-3, 0.7, 128, 1000.5, 0.25);
        using (var log = MetricsLog.Open(_folder.In("m.jsonl"), 0))
        {
            log.Append(point);
            log.Append(point with { Step = 2, Loss = null, ValidationLoss = 3 });
        }

        MetricsLog.Read(_folder.In("m.jsonl")).ShouldBe([point, point with { Step = 2, Loss = null, ValidationLoss = 3 }]);
        File.ReadAllLines(_folder.In("m.jsonl"))[0].ShouldStartWith("{\"step\":1,\"loss\":2.5,\"learning_rate\":0.001");
    }

    [Fact]
    public void Resuming_drops_the_lines_that_will_be_written_again_and_a_line_cut_off()
    {
        using (var log = MetricsLog.Open(_folder.In("m.jsonl"), 0))
        {
            for (var step = 1; step <= 5; step++)
            {
                log.Append(new MetricsPoint(step, step, null, 0, 0, 0, 0, 0));
            }
        }

        File.AppendAllText(_folder.In("m.jsonl"), "{\"step\":6,\"lo");
        using (var log = MetricsLog.Open(_folder.In("m.jsonl"), 3))
        {
            log.Append(new MetricsPoint(4, 40, null, 0, 0, 0, 0, 0));
        }

        MetricsLog.Read(_folder.In("m.jsonl")).Select(point => point.Loss).ShouldBe([1, 2, 3, 40]);
    }

    [Fact]
    public void The_plot_is_well_formed_and_draws_both_curves_inside_its_frame()
    {
        var points = Enumerable.Range(1, 2000).Select(step => new MetricsPoint(step, 8 * Math.Pow(step, -0.3), step % 100 == 0 ? 8.2 * Math.Pow(step, -0.3) : null, 0, 0, 0, 0, 0));

        var svg = XDocument.Parse(LossPlot.Draw("A <run> & its loss", points));

        XNamespace ns = "http://www.w3.org/2000/svg";
        svg.Root!.Elements(ns + "text").First().Value.ShouldBe("A <run> & its loss");
        var lines = svg.Descendants(ns + "polyline").ToDictionary(line => line.Attribute("class")!.Value, line => line.Attribute("points")!.Value.Split(' '));
        lines.Keys.ShouldBe(["raw", "train", "valid"], ignoreOrder: true);
        lines["valid"].Length.ShouldBe(20);
        foreach (var pair in lines.Values.SelectMany(line => line).Select(text => text.Split(',').Select(double.Parse).ToArray()))
        {
            pair[0].ShouldBeInRange(72, 936);
            pair[1].ShouldBeInRange(64, 424);
        }
    }

    [Fact]
    public void A_plot_without_points_is_still_a_picture() =>
        XDocument.Parse(LossPlot.Draw("empty", [])).Root!.Name.LocalName.ShouldBe("svg");

    [Theory]
    [InlineData(0, 2000, 8, 0, 500)]
    [InlineData(0.82, 7.93, 6, 0, 2)]
    [InlineData(1.01, 1.19, 4, 1, 0.05)]
    [InlineData(3, 3, 6, 3, 0.05)]
    public void Ticks_are_round_numbers_that_span_the_range(double minimum, double maximum, int count, double first, double step)
    {
        var ticks = LossPlot.Ticks(minimum, maximum, count);

        ticks[0].ShouldBe(first);
        ticks[0].ShouldBeLessThanOrEqualTo(minimum);
        ticks[^1].ShouldBeGreaterThanOrEqualTo(maximum);
        (ticks[1] - ticks[0]).ShouldBe(step, 1e-9);
    }

    public void Dispose() => _folder.Dispose();
}
