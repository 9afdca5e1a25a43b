using Gyre.Evaluation.Metrics.Edits;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Edits;

public sealed class DamerauTests
{
    // jellyfish 0.8.9, damerau_levenshtein_distance.
    [Theory]
    [InlineData("MARTHA", "MARHTA", 1)]
    [InlineData("ca", "abc", 2)]
    [InlineData("a cat", "an act", 2)]
    [InlineData("intention", "execution", 5)]
    [InlineData("Привет мир", "Пирвет, мир", 2)]
    public void The_unrestricted_distance_is_that_of_jellyfish(string first, string second, int distance) => Damerau.Distance(first, second).ShouldBe(distance);

    [Fact]
    public void The_unrestricted_distance_of_long_texts_is_that_of_jellyfish() =>
        Damerau.Distance(EditTexts.Congruential(1, 300, "abcde é"), EditTexts.Congruential(2, 270, "abcdfe é")).ShouldBe(204);

    [Fact]
    public void The_optimal_string_alignment_edits_no_symbol_twice()
    {
        Damerau.AlignmentDistance("ca", "abc").ShouldBe(3);
        Damerau.AlignmentDistance("MARTHA", "MARHTA").ShouldBe(1);
        Damerau.AlignmentDistance("", "").ShouldBe(0);
    }

    [Fact]
    public void Rows_find_what_the_whole_tables_find()
    {
        foreach (var (first, second) in EditTexts.Pairs().Where(pair => pair.First.Length <= 70 && pair.Second.Length <= 70))
        {
            Damerau.AlignmentDistance(first, second).ShouldBe(EditTexts.Distance(first, second, exchanges: true), $"{first} | {second}");
            Damerau.Distance(first, second).ShouldBe(EditTexts.UnrestrictedDistance(first, second), $"{first} | {second}");
        }

        var random = new Random(9);
        for (var trial = 0; trial < 2000; trial++)
        {
            var (first, second) = (Word(), Word());
            Damerau.Distance(first, second).ShouldBe(EditTexts.UnrestrictedDistance(first, second), $"{first} | {second}");
        }

        string Word() => new([.. Enumerable.Range(0, random.Next(10)).Select(_ => "abcd"[random.Next(4)])]);
    }
}
