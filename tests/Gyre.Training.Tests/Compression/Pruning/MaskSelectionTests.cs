using Gyre.Contracts;
using Gyre.Training.Compression.Pruning;

namespace Gyre.Training.Tests.Compression.Pruning;

public sealed class MaskSelectionTests
{
    [Fact]
    public void Of_equal_scores_the_first_go_first()
    {
        var mask = new WeightMask("m", 8);

        MaskSelection.Rows([1, 0, 1, 1, 2, 2, 2, 2], 4, 2, mask);

        Enumerable.Range(0, 8).Where(i => mask[i]).ShouldBe([0, 1, 4, 5]);
    }

    [Fact]
    public void Matrices_ranked_together_lose_what_a_full_sort_puts_first()
    {
        var random = new SeededRandom(11);
        var scores = Enumerable.Range(0, 3).Select(m => Enumerable.Range(0, 500 + (m * 70)).Select(_ => (float)Math.Round(Math.Abs(random.NextGaussian()), m + 1)).ToArray()).ToArray();
        foreach (var removed in (int[])[0, 1, 37, 600, 1000, 1709])
        {
            var masks = scores.Select((matrix, m) => new WeightMask($"m{m}", matrix.Length)).ToArray();

            MaskSelection.Together(scores, removed, masks);

            var expected = scores.SelectMany((matrix, m) => matrix.Select((score, i) => (Score: score, m, i))).OrderBy(x => x.Score).ThenBy(x => x.m).ThenBy(x => x.i).Take(removed).Select(x => (x.m, x.i));
            masks.SelectMany((mask, m) => Enumerable.Range(0, mask.Length).Where(i => mask[i]).Select(i => (m, i))).ShouldBe(expected, ignoreOrder: true);
        }
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(1, 4)]
    [InlineData(4, 8)]
    [InlineData(7, 8)]
    public void Groups_keep_the_best_neighbours(int kept, int group)
    {
        var random = new SeededRandom(5);
        var scores = Enumerable.Range(0, group * 50).Select(_ => (float)Math.Round(Math.Abs(random.NextGaussian()), 1)).ToArray();
        var mask = new WeightMask("m", scores.Length);

        MaskSelection.Groups(scores, kept, group, mask);

        for (var first = 0; first < scores.Length; first += group)
        {
            Enumerable.Range(first, group).Where(i => mask[i]).ShouldBe(Enumerable.Range(first, group).OrderBy(i => scores[i]).ThenBy(i => i).Take(group - kept), ignoreOrder: true);
        }
    }
}
