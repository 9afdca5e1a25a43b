using Gyre.Evaluation.Metrics.Overlap;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Overlap;

public sealed class CommonSubsequenceTests
{
    [Theory]
    [InlineData(0, 5, 2)]
    [InlineData(7, 9, 3)]
    [InlineData(64, 64, 2)]
    [InlineData(65, 130, 4)]
    [InlineData(200, 150, 30)]
    public void Lengths_and_marks_are_those_of_the_whole_table(int referenceLength, int candidateLength, int words)
    {
        var random = new Random(17);
        var subsequence = new CommonSubsequence();
        for (var turn = 0; turn < 20; turn++)
        {
            var (reference, candidate) = (Draw(random, referenceLength, words), Draw(random, candidateLength, words));
            var expected = new int[referenceLength];
            var length = Twin(reference, candidate, expected);
            subsequence.SetReference(reference, words);
            subsequence.Length(candidate).ShouldBe(length);
            var marks = new int[referenceLength];
            subsequence.Mark(candidate, marks);
            marks.ShouldBe(expected);
        }
    }

    [Fact]
    public void Columns_that_are_computed_again_give_the_same_marks()
    {
        var random = new Random(18);
        var (reference, candidate) = (Draw(random, 1_300, 40), Draw(random, 60_000, 40)); // 21 blocks by 60,000 columns are not kept.
        var subsequence = new CommonSubsequence();
        subsequence.SetReference(reference, 40);
        var (marks, expected) = (new int[reference.Length], new int[reference.Length]);
        subsequence.Mark(candidate, marks);
        Twin(reference, candidate, expected);
        marks.ShouldBe(expected);
    }

    private static int[] Draw(Random random, int length, int words) => [.. Enumerable.Range(0, length).Select(_ => random.Next(words))];

    // The whole table, read out from its end as rouge-score does: equal words; else left when that is longer; else up.
    private static int Twin(int[] reference, int[] candidate, int[] marks)
    {
        var table = new int[reference.Length + 1, candidate.Length + 1];
        for (var i = 1; i <= reference.Length; i++)
        {
            for (var j = 1; j <= candidate.Length; j++)
            {
                table[i, j] = reference[i - 1] == candidate[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
            }
        }

        for (var (i, j) = (reference.Length, candidate.Length); i > 0 && j > 0;)
        {
            if (reference[i - 1] == candidate[j - 1])
            {
                marks[--i] = 1;
                j--;
            }
            else if (table[i, j - 1] > table[i - 1, j])
            {
                j--;
            }
            else
            {
                i--;
            }
        }

        return table[reference.Length, candidate.Length];
    }
}
