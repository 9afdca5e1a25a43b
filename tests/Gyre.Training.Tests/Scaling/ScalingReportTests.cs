using Gyre.Training.Scaling;

namespace Gyre.Training.Tests.Scaling;

public class ScalingReportTests
{
    [Fact]
    public void The_fit_finds_the_law_that_made_the_points()
    {
        var points = new[] { (1_000_000L, 20_000_000L), (3_000_000L, 60_000_000L), (10_000_000L, 100_000_000L) }
            .Select(size => new ScalingPoint("run", size.Item1, size.Item2, 25 * Math.Pow(6.0 * size.Item1 * size.Item2, -0.05)))
            .ToArray();

        var law = PowerLaw.Fit(points).ShouldNotBeNull();

        law.Coefficient.ShouldBe(25, 1e-9);
        law.Exponent.ShouldBe(0.05, 1e-12);
        law.Determination.ShouldBe(1, 1e-9);
        law.At(points[1].Flops).ShouldBe(points[1].Loss, 1e-12);
    }

    [Fact]
    public void One_amount_of_compute_makes_no_law() =>
        PowerLaw.Fit([new("a", 10, 10, 2), new("b", 10, 10, 1)]).ShouldBeNull();

    [Fact]
    public void Parameters_are_grouped_by_what_they_do()
    {
        var blocks = ScalingReport.Group(
        [
            ("model.embed_tokens.weight", 100), ("model.layers.0.self_attn.q_proj.weight", 10), ("model.layers.1.self_attn.o_proj.weight", 10),
            ("model.layers.0.mlp.gate_proj.weight", 7), ("model.layers.0.input_layernorm.weight", 2), ("model.norm.weight", 2), ("lm_head.weight", 100),
        ]);

        blocks.ShouldBe([new("embeddings", 100), new("attention", 20), new("feed-forward", 7), new("norms", 4), new("output projection", 100)]);
        var report = new ScalingReport(blocks, [new("this", 231, 2310, 1.5)]);
        report.Parameters.ShouldBe(231);
        report.Law.ShouldBeNull();
        report.ToMarkdown().ShouldContain("| this | 231 | 2,310 | 10.0 | 3.20e+6 FLOP | 1.5000 |");
    }
}
