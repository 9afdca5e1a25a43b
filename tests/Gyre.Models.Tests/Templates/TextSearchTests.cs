using Gyre.Contracts;
using Gyre.Models.Templates;
using Gyre.Models.Templates.Jinja;

namespace Gyre.Models.Tests.Templates;

public class TextSearchTests
{
    [Theory]
    [InlineData(1, 6)]
    [InlineData(2, 6)]
    [InlineData(65, 90)]
    public void Occurrences_are_those_that_trying_each_place_finds(int minLength, int maxLength)
    {
        var random = new SeededRandom(17);
        var found = 0;
        for (var round = 0; round < 500; round++)
        {
            var part = Text(random, random.NextInt32(minLength, maxLength));
            var text = string.Concat(Enumerable.Range(0, random.NextInt32(0, 8)).Select(_ => random.NextInt32(2) == 0 ? part : Text(random, random.NextInt32(0, maxLength))));
            foreach (var fromRight in new[] { false, true })
            {
                var expected = ByTrying(text, part, fromRight);

                TextSearch.Occurrences(text, part, fromRight, Budget()).ShouldBe(expected, $"'{part}' in '{text}'");

                TextSearch.IndexOf(text, part, fromRight, Budget()).ShouldBe(expected.Count == 0 ? -1 : expected[0]);
                found += expected.Count;
            }
        }

        found.ShouldBeGreaterThan(500);
    }

    [Fact]
    public void An_empty_part_is_at_the_end_that_is_searched_first()
    {
        TextSearch.Occurrences("ab", "", fromRight: false, Budget()).ShouldBe([0]);
        TextSearch.Occurrences("ab", "", fromRight: true, Budget()).ShouldBe([2]);
        TextSearch.Occurrences("", "a", fromRight: true, Budget()).ShouldBeEmpty();
    }

    // Mostly one letter, so that parts overlap themselves.
    private static string Text(SeededRandom random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => random.NextInt32(12) == 0 ? 'b' : 'a'));

    private static List<int> ByTrying(string text, string part, bool fromRight)
    {
        var places = new List<int>();
        for (var i = 0; i <= text.Length - part.Length; i++)
        {
            var at = fromRight ? text.Length - part.Length - i : i;
            if (string.CompareOrdinal(text, at, part, 0, part.Length) == 0)
            {
                places.Add(at);
                i += part.Length - 1;
            }
        }

        return places;
    }

    private static RenderBudget Budget() => new(new TemplateLimits(), TimeProvider.System);
}
