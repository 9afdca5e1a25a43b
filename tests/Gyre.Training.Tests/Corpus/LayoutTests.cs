using Gyre.Contracts;
using Gyre.Training.Corpus;

namespace Gyre.Training.Tests.Corpus;

public class LayoutTests
{
    [Fact]
    public void Held_out_layouts_are_new_combinations_of_pieces_that_training_shows()
    {
        var train = Families(Split.Train);
        var heldOut = Families(Split.HeldOut);

        train.Intersect(heldOut).ShouldBeEmpty();
        heldOut.Count.ShouldBeGreaterThanOrEqualTo(8);
        Pieces(heldOut).ShouldBeSubsetOf(Pieces(train));
    }

    /// <summary>A family is <c>card.lines02c</c>: form and bullet or separator, sign, capitals.</summary>
    private static HashSet<string> Pieces(IEnumerable<string> families) =>
        [.. families.SelectMany(family => new[] { family[..^2], "sign" + family[^2], "case" + family[^1] })];

    private static HashSet<string> Families(Split split)
    {
        var random = new SeededRandom(1);
        return [.. Enumerable.Range(0, 2000).Select(_ => Layout.Pick(random, split).Family)];
    }
}
