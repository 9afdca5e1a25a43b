using Gyre.Models.Tokenizers;

namespace Gyre.Models.Tests.Tokenizers;

public class AddedTokenMatcherTests
{
    [Fact]
    public void Tokens_that_are_too_long_together_are_refused_before_they_are_stored()
    {
        // Each has its own first character, so that they share nothing.
        var tokens = Enumerable.Range(0, 1000).Select(id => new AddedToken(id, (char)(0x4E00 + id) + new string('x', 4095), IsSpecial: true)).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Should.Throw<ModelException>(() => AddedTokenMatcher.Create(tokens));

        error.Code.ShouldBe("RUN0101");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void The_longest_of_the_tokens_that_begin_together_is_found()
    {
        var matcher = AddedTokenMatcher.Create([new(0, "<a", false), new(1, "<a>", false), new(2, "", false)])!;

        matcher.Next("x<a><a", 0, out var start, out var end)!.Id.ShouldBe(1);
        (start, end).ShouldBe((1, 4));
        matcher.Next("x<a><a", end, out start, out end)!.Id.ShouldBe(0);
        (start, end).ShouldBe((4, 6));
        AddedTokenMatcher.Create([new(2, "", false)]).ShouldBeNull();
    }
}
