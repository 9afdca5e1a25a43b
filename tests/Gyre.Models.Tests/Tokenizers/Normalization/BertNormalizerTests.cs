using Gyre.Models.Tokenizers.Normalization;

namespace Gyre.Models.Tests.Tokenizers.Normalization;

public class BertNormalizerTests
{
    [Theory]
    [InlineData(true, true, true, true)]
    [InlineData(true, true, false, false)]
    [InlineData(false, false, true, false)]
    [InlineData(false, true, false, true)]
    public void The_quick_way_gives_what_the_steps_give(bool cleans, bool parts, bool strips, bool lowers)
    {
        var normalizer = new BertNormalizer(cleans, parts, strips, lowers);
        foreach (var text in (string[])[.. SpanTests.RandomTexts(400), "\u0000\uFFFD\uFFFF", "a\u302E\u0327b", "\uD83E x \uDD99", "\u1100\u1161", "İSTANBUL ǅ ΑΣ", "豈更"])
        {
            var quick = new CharBuffer();
            var steps = new CharBuffer();
            var tracked = new CharBuffer { Origins = new TextOrigins() };

            normalizer.Apply(text, isFirst: true, quick);
            normalizer.ApplyInSteps(text, isFirst: true, steps);
            normalizer.Apply(text, isFirst: true, tracked);

            quick.Written.ToString().ShouldBe(steps.Written.ToString());
            tracked.Written.ToString().ShouldBe(steps.Written.ToString());
            tracked.Origins!.Length.ShouldBe(tracked.Length);
        }
    }

    [Fact]
    public void Every_single_character_goes_both_ways_alike()
    {
        var normalizer = new BertNormalizer(true, true, true, true);
        var quick = new CharBuffer();
        var steps = new CharBuffer();
        for (var unit = 0; unit <= char.MaxValue; unit++)
        {
            quick.Clear();
            steps.Clear();
            normalizer.Apply([(char)unit], isFirst: true, quick);
            normalizer.ApplyInSteps([(char)unit], isFirst: true, steps);
            quick.Written.SequenceEqual(steps.Written).ShouldBeTrue($"U+{unit:X4}");
        }
    }
}
