using System.Text;
using Gyre.Contracts;
using Gyre.Orchestration.Retrieval;

namespace Gyre.Orchestration.Tests.Retrieval;

public sealed class TextSplitterTests
{
    private static readonly string[] Pieces =
    [
        "word", "a", "Sentence ends.", "What?", "(He said so.)", "\n", "\n\n", "\r\n\r\n", " ", "   ", "\t", "# Heading\n\n", "## Two\n",
        "e\u0301", "\U0001F469\u200D\U0001F467", "\U0001F44D\U0001F3FD", "\u4F60\u597D\u3002", "a-very-long-word-without-any-space-in-it-at-all", "1.5", "Dr. X", "\u00A0", "\u2028",
    ];

    /// <summary>Size, order, coverage and overlap of 2,000 texts made of awkward pieces.</summary>
    [Fact]
    public void Every_slice_of_any_text_keeps_the_rules()
    {
        var random = new SeededRandom(7);
        var (overlaps, gaps) = (0, new Dictionary<OverlapGap, int>());
        for (var round = 0; round < 2_000; round++)
        {
            var text = Text(random);
            var most = 16 + random.NextInt32(120);
            var options = new TextSplitterOptions { MostCharacters = most, Overlap = random.NextInt32((most / 2) + 1) };
            var slices = TextSplitter.Split(text, options);
            var covered = new bool[text.Length];
            for (var i = 0; i < slices.Count; i++)
            {
                var slice = slices[i];
                slice.Length.ShouldBeInRange(1, most);
                char.IsWhiteSpace(text[slice.Start]).ShouldBeFalse();
                char.IsWhiteSpace(text[slice.End - 1]).ShouldBeFalse();
                (slice.Start > 0 && char.IsLowSurrogate(text[slice.Start]) && char.IsHighSurrogate(text[slice.Start - 1])).ShouldBeFalse();
                Array.Fill(covered, true, slice.Start, slice.Length);
                gaps[slice.Gap] = gaps.GetValueOrDefault(slice.Gap) + 1;
                if (i == 0)
                {
                    slice.Gap.ShouldBe(OverlapGap.First);
                    continue;
                }

                var before = slices[i - 1];
                slice.End.ShouldBeGreaterThan(before.End);
                slice.Overlap.ShouldBe(Math.Max(0, before.End - slice.Start));
                (slice.Gap == OverlapGap.None).ShouldBe(slice.Overlap > 0);
                slice.Overlap.ShouldBeLessThanOrEqualTo(options.Overlap);
                (slice.Gap == OverlapGap.NotAsked).ShouldBe(options.Overlap == 0);
                slice.Gap.ShouldNotBe(OverlapGap.First);
                overlaps += slice.Overlap > 0 ? 1 : 0;
            }

            for (var at = 0; at < text.Length; at++)
            {
                (covered[at] || char.IsWhiteSpace(text[at])).ShouldBeTrue($"'{text}' at {at}");
            }
        }

        overlaps.ShouldBeGreaterThan(5_000);
        gaps.Keys.Order().ShouldBe(Enum.GetValues<OverlapGap>());
    }

    [Fact]
    public void A_text_under_the_limit_is_one_slice_without_its_outer_space() =>
        TextSplitter.Split(" \n one two \n", new TextSplitterOptions()).ShouldBe([new TextSlice(3, 7, 0, OverlapGap.First)]);

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t ")]
    public void White_space_has_no_slice(string text) => TextSplitter.Split(text, new TextSplitterOptions()).ShouldBeEmpty();

    [Theory]
    [InlineData("One paragraph here.\n\nTwo stands here. And here.", "One paragraph here.|Two stands here. And here.")]
    [InlineData("First line of it\na second line longer", "First line of it|a second line longer")]
    [InlineData("A sentence is here. The next one follows.", "A sentence is here.|The next one follows.")]
    [InlineData("He said: \"It is so.\" Then he left us alone.", "He said: \"It is so.\"|Then he left us alone.")]
    [InlineData("words that have no stop at all in them", "words that have no stop at|all in them")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789", "abcdefghijklmnopqrstuvwxyz|0123456789")]
    [InlineData("\u5929\u6C14\u5F88\u597D\u3002\u6211\u4EEC\u53BB\u516C\u56ED\u73A9\u5427\u3002\u4ED6\u4EEC\u4E5F\u6765\u4E86\u3002\u5927\u5BB6\u90FD\u5F88\u9AD8\u5174\u554A\u554A\u554A", "\u5929\u6C14\u5F88\u597D\u3002\u6211\u4EEC\u53BB\u516C\u56ED\u73A9\u5427\u3002\u4ED6\u4EEC\u4E5F\u6765\u4E86\u3002|\u5927\u5BB6\u90FD\u5F88\u9AD8\u5174\u554A\u554A\u554A")]
    public void The_greatest_break_that_fits_is_taken(string text, string expected) =>
        Show(text, new TextSplitterOptions { MostCharacters = 26, Overlap = 0 }).ShouldBe(expected);

    [Fact]
    public void A_heading_stays_with_what_follows_it() =>
        Show("Some words before.\n\n# Heading\n\nThe text below the heading.", new TextSplitterOptions { MostCharacters = 40, Overlap = 0 })
            .ShouldBe("Some words before.|# Heading\n\nThe text below the heading.");

    [Fact]
    public void An_overlap_begins_at_a_sentence_when_one_begins_there() =>
        Show("The first is long enough. Short one. The third sentence is here.", new TextSplitterOptions { MostCharacters = 40, Overlap = 20 })
            .ShouldBe("The first is long enough. Short one.|Short one. The third sentence is here.");

    [Fact]
    public void An_overlap_begins_at_a_word_when_no_sentence_begins_there() =>
        Show("one two three four five six seven", new TextSplitterOptions { MostCharacters = 18, Overlap = 7 }).ShouldBe("one two three four|four five six|six seven");

    [Fact]
    public void White_space_that_leaves_no_room_is_said() =>
        TextSplitter.Split($"one two{new string(' ', 30)}three", new TextSplitterOptions { MostCharacters = 16, Overlap = 8 })
            .ShouldBe([new TextSlice(0, 7, 0, OverlapGap.First), new TextSlice(37, 5, 0, OverlapGap.SpaceTooLong)]);

    [Fact]
    public void A_character_longer_than_the_overlap_is_said()
    {
        var text = string.Concat(Enumerable.Repeat("\U0001F469\u200D\U0001F467", 6));

        TextSplitter.Split(text, new TextSplitterOptions { MostCharacters = 16, Overlap = 4 })
            .ShouldBe([new TextSlice(0, 15, 0, OverlapGap.First), new TextSlice(15, 15, 0, OverlapGap.CharacterTooLong)]);
    }

    [Theory]
    [InlineData(15, 0)]
    [InlineData(1_000_001, 0)]
    [InlineData(100, 51)]
    [InlineData(100, -1)]
    public void Limits_out_of_range_are_refused(int most, int overlap) =>
        Should.Throw<OrchestrationException>(() => TextSplitter.Split("x", new TextSplitterOptions { MostCharacters = most, Overlap = overlap })).Code.ShouldBe("ORC0006");

    private static string Show(string text, TextSplitterOptions options) =>
        string.Join('|', TextSplitter.Split(text, options).Select(slice => text.Substring(slice.Start, slice.Length)));

    private static string Text(SeededRandom random)
    {
        var text = new StringBuilder();
        for (var i = random.NextInt32(120); i > 0; i--)
        {
            text.Append(Pieces[random.NextInt32(Pieces.Length)]);
            text.Append(random.NextInt32(3) == 0 ? "" : " ");
        }

        return text.ToString();
    }
}
