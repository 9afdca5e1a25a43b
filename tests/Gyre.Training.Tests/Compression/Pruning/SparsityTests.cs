using Gyre.Training.Compression.Pruning;

namespace Gyre.Training.Tests.Compression.Pruning;

public sealed class SparsityTests
{
    [Theory]
    [InlineData("0.5", 0.5, 0, 0)]
    [InlineData("0", 0.0, 0, 0)]
    [InlineData("2:4", 0.5, 2, 4)]
    [InlineData("1:4", 0.75, 1, 4)]
    public void Shares_and_groups_are_read(string text, double share, int kept, int group)
    {
        var sparsity = Sparsity.Parse(text);

        sparsity.ShouldBe(new Sparsity(share, kept, group));
        sparsity.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1.5")]
    [InlineData("-0.1")]
    [InlineData("half")]
    [InlineData("NaN")]
    [InlineData("4:4")]
    [InlineData("0:4")]
    [InlineData("2:500")]
    [InlineData("2:4:8")]
    [InlineData("")]
    public void Anything_else_is_refused(string text) => Should.Throw<TrainingException>(() => Sparsity.Parse(text)).Code.ShouldBe("TRN0450");

    [Fact]
    public void A_share_that_is_exact_on_paper_is_exact() => Sparsity.OfShare(0.29).RemovedOf(100).ShouldBe(29);

    [Fact]
    public void A_share_never_rounds_up() => Sparsity.OfShare(0.5).RemovedOf(7).ShouldBe(3);
}
