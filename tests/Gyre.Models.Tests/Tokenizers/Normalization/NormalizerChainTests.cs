using Gyre.Models.Tokenizers.Normalization;
using Gyre.Models.Tokenizers.Scanning;

namespace Gyre.Models.Tests.Tokenizers.Normalization;

public class NormalizerChainTests
{
    private const int Allowed = 1 << 20;

    [Fact]
    public void A_text_may_grow_to_its_limit_and_no_further()
    {
        Chain(Allowed + 64).Apply("a").Length.ShouldBe(Allowed + 64);

        var error = Should.Throw<ModelException>(() => Chain(Allowed + 65).Apply("a"));

        error.Code.ShouldBe("RUN0114");
        error.Message.ShouldContain("1,048,640");
        NormalizerChain Chain(int length) => new([new ReplaceNormalizer(new LiteralScanner("a"), new string('b', length))]);
    }

    [Fact]
    public void Replacements_that_double_a_text_are_stopped_within_its_bounds()
    {
        var chain = new NormalizerChain([.. Enumerable.Repeat(new ReplaceNormalizer(new LiteralScanner("a"), "aa"), 60)]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Should.Throw<ModelException>(() => chain.Apply("a")).Code.ShouldBe("RUN0114");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(16 << 20);
    }

    [Fact]
    public void The_limit_does_not_depend_on_what_the_buffers_held_before()
    {
        var growing = new NormalizerChain([new ReplaceNormalizer(new LiteralScanner("a"), new string('b', Allowed + 65))]);
        var plain = new NormalizerChain([new LowercaseNormalizer()]);
        var (work, other) = (new CharBuffer(), new CharBuffer());

        plain.Apply(new string('A', 3 * Allowed), isFirst: true, work, other).Length.ShouldBe(3 * Allowed);

        Should.Throw<ModelException>(() => growing.Apply("a", isFirst: true, work, other).Length).Code.ShouldBe("RUN0114");
        plain.Apply("AB", isFirst: true, work, other).ToString().ShouldBe("ab");
    }
}
