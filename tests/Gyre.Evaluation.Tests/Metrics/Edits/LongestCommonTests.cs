using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Edits;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Edits;

public sealed class LongestCommonTests
{
    // Cormen et al., Introduction to Algorithms, section 15.4 (both pairs); the substring pair is Gusfield's of section 7.4.
    [Theory]
    [InlineData("ABCBDAB", "BDCABA", 4)]
    [InlineData("ACCGGTCGAGTGCGCGGAAGCCGGCCGAA", "GTCGTTCGGAATGCCGTTGCTCTGTAAA", 20)]
    public void The_subsequence_is_that_of_the_text_book(string first, string second, int length) => LongestCommon.Subsequence(first, second).ShouldBe(length);

    [Fact]
    public void The_substring_is_that_of_the_text_book() => LongestCommon.Substring("superiorcalifornialives", "sealiver").ShouldBe("alive".Length);

    [Fact]
    public void Bits_and_rows_find_what_the_whole_tables_find()
    {
        foreach (var (first, second) in EditTexts.Pairs())
        {
            var (subsequence, substring) = EditTexts.Common(first, second);
            LongestCommon.Subsequence(first, second).ShouldBe(subsequence, $"{first} | {second}");
            LongestCommon.Substring(first, second).ShouldBe(substring, $"{first} | {second}");
        }
    }

    [Fact]
    public void Similarities_are_one_for_equal_texts()
    {
        LongestCommon.SubsequenceMetric.Of("", "").ShouldBe(MetricValue.Of(1));
        LongestCommon.SubstringMetric.Of("same", "same").ShouldBe(MetricValue.Of(1));
        LongestCommon.SubsequenceMetric.Of("ABCBDAB", "BDCABA").ShouldBe(MetricValue.Of(8 / 13.0));
        LongestCommon.SubstringMetric.Of("ab", "").ShouldBe(MetricValue.Of(0));
    }
}
