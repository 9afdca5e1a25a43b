using Gyre.Server.Console.Experiments;

namespace Gyre.Server.Tests.Console.Experiments;

public class TextDifferenceTests
{
    [Theory]
    [InlineData("the blue coat", "the red coat", "the |[red]| coat")]
    [InlineData("the blue coat", "the blue coat", "the blue coat")]
    [InlineData("", "new words", "[new words]")]
    [InlineData("old words", "", "")]
    [InlineData("a b c d", "a x c y d", "a |[x]| c|[ y]| d")]
    [InlineData("costs 12 euros.", "costs 12 euros!", "costs 12 euros|[!]")]
    public void Words_that_the_other_text_lacks_are_new(string before, string text, string expected)
    {
        var pieces = TextDifference.Of(before, text);

        string.Join('|', pieces.Select(piece => piece.IsNew ? $"[{piece.Text}]" : piece.Text)).ShouldBe(expected);
    }

    [Fact]
    public void The_pieces_are_the_text_whatever_it_holds()
    {
        var random = new Contracts.SeededRandom(7);
        for (var i = 0; i < 300; i++)
        {
            var (before, text) = (Text(), Text());
            string.Concat(TextDifference.Of(before, text).Select(piece => piece.Text)).ShouldBe(text);
        }

        string Text() => string.Concat(Enumerable.Range(0, random.NextInt32(30)).Select(_ => random.NextInt32(6) switch { 0 => " ", 1 => "😀", 2 => "word", 3 => "\n", 4 => ".", _ => "\u202E" }));
    }

    [Fact]
    public void Very_long_texts_are_told_apart_by_their_ends_in_bounded_time()
    {
        var shared = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"w{i} "));

        var pieces = TextDifference.Of("first " + shared + "end", "second " + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"v{i} ")) + "end");

        pieces.Count.ShouldBe(2);
        pieces[1].ShouldBe((" end", false));
    }
}
