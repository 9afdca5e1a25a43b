using System.Text;
using Gyre.Contracts;
using Gyre.Training.Curation.Cleaning;

namespace Gyre.Training.Tests.Curation.Cleaning;

public class TextCleanerTests
{
    private static readonly TextCleaner Cleaner = new();

    [Theory]
    [InlineData("cafe\u0301", "café", CleaningChange.Composed)]
    [InlineData("in\u200Bvisi\u00ADble\u2060", "invisible", CleaningChange.Invisible)]
    [InlineData("a\u0007b\u0000c\u009B", "abc", CleaningChange.Invisible)]
    [InlineData("a\r\nb\rc", "a\nb\nc", CleaningChange.Invisible)]
    [InlineData("left \u202Eright\u202C", "left right", CleaningChange.Invisible)]
    [InlineData("the cafÃ© isnâ€™t far", "the café isn’t far", CleaningChange.Encoding)]
    [InlineData("a â‚¬5 note â€” good", "a €5 note — good", CleaningChange.Encoding)]
    [InlineData("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет", CleaningChange.Encoding)]
    [InlineData("<p>One</p><p>two <b>three</b></p>", "One\ntwo three", CleaningChange.Html)]
    [InlineData("x<script>alert(1)</script>y<!-- z -->", "xy", CleaningChange.Html)]
    [InlineData("fish &amp; chips &lt;3", "fish & chips <3", CleaningChange.Html)]
    [InlineData("one\u00A0two  \n\n\n\nthree\t \n", "one two\n\nthree", CleaningChange.Spaces)]
    [InlineData("Text.\nWe use cookies to improve your experience.\nMore text.", "Text.\nMore text.", CleaningChange.Boilerplate)]
    public void What_is_wrong_is_mended(string text, string expected, CleaningChange change)
    {
        Cleaner.Clean(text, out var changes).ShouldBe(expected);

        changes.HasFlag(change).ShouldBeTrue($"found {changes}");
    }

    [Theory]
    [InlineData("List<int> values = new Dictionary<string, List<T>>(); if (a < b && c > d) { }")]
    [InlineData("def f(x):\n    return x  # indented\n\n\tx = 1")]
    [InlineData("می‌خواهم")] // The non-joiner is spelling.
    [InlineData("👩‍💻 and 🏴󠁧󠁢󠁥󠁮󠁧󠁿")] // Joiners and tags that make emoji.
    [InlineData("le CAFÉ” était là, naïve Âge, Ã la carte")]
    [InlineData("© is a sign in a sentence that is long and says something about the law of copies.")]
    [InlineData("a 1 < 2 fact and an arrow -> here; <think>reasons</think>")]
    public void What_is_right_stays(string text)
    {
        Cleaner.Clean(text, out var changes).ShouldBe(text);

        changes.ShouldBe(CleaningChange.None);
    }

    [Fact]
    public void A_clean_text_is_the_same_instance()
    {
        var text = new string("plain text".ToCharArray());

        Cleaner.Clean(text, out _).ShouldBeSameAs(text);
    }

    [Fact]
    public void Lines_of_the_recipe_go_only_when_they_match_whole()
    {
        var cleaner = new TextCleaner(new CleaningOptions { BoilerplateLines = [new("Page [0-9]+", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1))] });

        cleaner.Clean("Start\nPage 12\nPage 13 is next", out _).ShouldBe("Start\nPage 13 is next");
    }

    /// <summary>Whatever the text: cleaning it again changes nothing, and nothing is thrown.</summary>
    [Fact]
    public void Cleaning_twice_is_cleaning_once()
    {
        string[] pieces = ["<p>", "</b", "&amp;", "&lt;", "&#x200B;", "Ã©", "â€", "\u200B", "\u0301", "e", "\r", "\n\n\n", " ", "\u00A0", "<!--", "-->", "\uD83D", "\uDE00", "😀", "\u202E", "All rights reserved", "<script>", "a", "É”", "\u200D", "ا", "\t", "<br/>", "\uFFFE", "\u2028"];
        var random = new SeededRandom(17);
        for (var round = 0; round < 3000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.NextInt32(20)).Select(_ => random.Pick(pieces)));

            var once = Cleaner.Clean(text, out _);

            Cleaner.Clean(once, out var changes).ShouldBe(once, $"of {Convert.ToHexString(Encoding.Unicode.GetBytes(text))}");
            changes.ShouldBe(CleaningChange.None);
        }
    }
}
