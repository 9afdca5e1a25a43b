using System.Text.RegularExpressions;
using Gyre.Contracts;
using Gyre.Models.Constraints;

namespace Gyre.Models.Tests.Constraints.Regexes;

public class RegexParserTests
{
    [Theory]
    [InlineData("abc", "abc", "ab|abcd")]
    [InlineData("a|b|", "a|b|", "c|ab")]
    [InlineData("(?:ab){2,3}c?", "abab|ababab|ababc", "ab|abababab")]
    [InlineData("[^a-c\\]x]", "d|é|😀|[", "a|]|x|dd")]
    [InlineData("[a\\-z-]+", "a-z|-", "b")]
    [InlineData("\\p{Lu}\\p{Ll}+", "Äpfel|Ab", "ab|A|AB")]
    [InlineData("\\P{L}+", "12 |!", "a")]
    [InlineData("[\\p{Nd}_]+", "1_٣", "a")]
    [InlineData("\\d{2,}", "12|123", "1|٣٣")]
    [InlineData("\\w+\\s\\S", "a_1 é|b\u00a0c", "é x")]
    [InlineData(".", "a|é|😀", "\n|\r|ab")]
    [InlineData("\\u0041\\x42\\u{1F600}\\uD83D\\uDE00\\cJ\\t", "AB😀😀\n\t", "AB")]
    [InlineData("^a$", "a", "aa")]
    [InlineData("a^b|c$d|e", "e", "ab|cd")]
    [InlineData("(?<name>x)+?y", "xy|xxy", "y")]
    [InlineData("a{0}", "", "a")]
    [InlineData("(a*)*b", "b|aab", "a")]
    [InlineData("\\/\\.\\*\\$", "/.*$", "x")]
    public void Whole_texts(string pattern, string accepted, string refused)
    {
        var constraint = Constraint.FromRegex(pattern);
        foreach (var text in accepted.Split('|'))
        {
            constraint.Satisfies(text).ShouldBeTrue($"{pattern} should match '{text}'");
        }

        foreach (var text in refused.Split('|'))
        {
            constraint.Satisfies(text).ShouldBeFalse($"{pattern} should not match '{text}'");
        }
    }

    [Theory]
    [InlineData("(?=a)", "look-around")]
    [InlineData("a(?<!b)", "look-around")]
    [InlineData("(a)\\1", "back-reference")]
    [InlineData("\\bword", "word boundary")]
    [InlineData("(?i)a", "inline flags")]
    [InlineData("a**", "quantifier")]
    [InlineData("a++", "quantifier")]
    [InlineData("*a", "nothing before it")]
    [InlineData("(a", "without ')'")]
    [InlineData("a)", "without '('")]
    [InlineData("[a", "without ']'")]
    [InlineData("[z-a]", "range")]
    [InlineData("a{3,2}", "maximum is below")]
    [InlineData("a{x}", "no count")]
    [InlineData("\\q", "unknown escape")]
    [InlineData("\\p{Greek}", "property")]
    [InlineData("\\u{110000}", "names no character")]
    [InlineData("\\ud800", "surrogate")]
    [InlineData("\\", "backslash")]
    [InlineData("^*", "anchor")]
    public void What_cannot_be_read_is_named(string pattern, string found) =>
        Check.Refusal(() => Constraint.FromRegex(pattern), "RUN0704").ShouldContain(found);

    [Fact]
    public void An_expression_that_matches_nothing_is_refused() =>
        Check.Refusal(() => Constraint.FromRegex("a^b"), "RUN0702");

    [Fact]
    public void Random_expressions_equal_the_frameworks()
    {
        var random = new SeededRandom(17);
        for (var round = 0; round < 300; round++)
        {
            var pattern = RandomPattern(3);
            var whole = new Regex("^(?:" + pattern + ")$(?!\n)", RegexOptions.None, TimeSpan.FromSeconds(5));
            var part = new Regex(pattern.Replace("$", "(?!\n)$"), RegexOptions.None, TimeSpan.FromSeconds(5));
            Constraint? constraint = null;
            Constraint? search = null;
            try
            {
                constraint = Constraint.FromRegex(pattern);
                search = Constraint.FromJsonSchema($$"""{"type":"string","pattern":"{{pattern.Replace("\\", "\\\\")}}"}""");
            }
            catch (ModelException error) when (error.Code == "RUN0702")
            {
                // Compared below: then nothing may match.
            }

            for (var i = 0; i < 40; i++)
            {
                var text = string.Concat(Enumerable.Range(0, Pick(6)).Select(_ => "abc"[Pick(3)]));
                (constraint?.Satisfies(text) ?? false).ShouldBe(whole.IsMatch(text), $"{pattern} on '{text}'");
                if (search is not null)
                {
                    search.Satisfies($"\"{text}\"").ShouldBe(part.IsMatch(text), $"search {pattern} in '{text}'");
                }
            }
        }

        int Pick(int count) => (int)(random.NextDouble() * count);

        string RandomPattern(int depth) => Pick(depth == 0 ? 3 : 9) switch
        {
            0 => "a",
            1 => "b",
            2 => "[ac]",
            3 => RandomPattern(depth - 1) + RandomPattern(depth - 1),
            4 => "(?:" + RandomPattern(depth - 1) + "|" + RandomPattern(depth - 1) + ")",
            5 => "(?:" + RandomPattern(depth - 1) + ")*",
            6 => "(?:" + RandomPattern(depth - 1) + ")" + (string[])["{1,2}", "{2}", "?", "+", "{0,3}"] switch { var all => all[Pick(all.Length)] },
            7 => "(?:^|c)" + RandomPattern(depth - 1),
            _ => RandomPattern(depth - 1) + "(?:b|$)",
        };
    }
}
