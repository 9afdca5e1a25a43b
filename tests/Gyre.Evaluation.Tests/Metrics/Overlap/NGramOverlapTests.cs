using Gyre.Evaluation.Metrics.Overlap;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Overlap;

public sealed class NGramOverlapTests
{
    [Theory]
    [InlineData(0, 3)]
    [InlineData(5, 2)]
    [InlineData(20, 6)]
    [InlineData(63, 4)]
    [InlineData(63, 200)]
    [InlineData(64, 4)]
    [InlineData(64, 200)]
    [InlineData(65, 4)]
    [InlineData(300, 9)]
    public void Counts_are_those_of_dictionaries_for_short_and_long_candidates(int length, int words)
    {
        var random = new Random(length);
        var overlap = new NGramOverlap();
        for (var turn = 0; turn < 60; turn++)
        {
            var table = new WordTable();
            var (candidate, references, ends) = (Draw(length), new List<int[]>(), new List<int>());
            var candidateWords = table.Count;
            for (var i = 0; i <= turn % 3; i++)
            {
                references.Add(Draw(random.Next(0, (2 * length) + 3)));
                ends.Add(references.Sum(reference => reference.Length));
            }

            var (counts, longCounts) = (new int[6], new int[6]);
            int[] all = [.. references.SelectMany(reference => reference)];
            overlap.Count(candidate, candidateWords, all, ends.ToArray(), counts);
            overlap.CountLong(candidate, candidateWords, all, ends.ToArray(), longCounts);
            int[] expected = [.. Enumerable.Range(1, 6).Select(order => Twin(candidate, references, order))];
            counts.ShouldBe(expected);
            longCounts.ShouldBe(expected);
            for (var orders = 1; orders < 6; orders++)
            {
                var some = new int[orders];
                overlap.Count(candidate, candidateWords, all, ends.ToArray(), some);
                some.ShouldBe(expected[..orders]);
            }

            int[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => table.Add($"w{random.Next(words)}"))];
        }
    }

    [Fact]
    public void Words_of_every_length_and_alphabet_have_one_number_each()
    {
        var table = new WordTable();
        string[] words = ["a", "ab", "\0a", "a\0", "é", "ÿ", "Ā", "abcdefgh", "abcdefghi", "abcdefghijklmnop", "abcdefghijklmnopq", new string('x', 5000), "日本", "\u0161", "a日"];
        var numbers = words.Select(word => table.Add(word)).ToArray();
        numbers.ShouldBe(Enumerable.Range(0, words.Length));
        for (var i = 0; i < 1000; i++)
        {
            table.Add($"more{i}");
        }

        words.Select(word => table.Add(word)).ShouldBe(numbers);
        words.Select(word => table.Find(word)).ShouldBe(numbers);
        numbers.Select(table.Text).ShouldBe(words);
        table.Find("none").ShouldBe(-1);
        var read = new IntBuffer();
        table.AddAll("  a ab\tabcdefghijklmnop\u001fabcdefghijklmnopq\n" + words[11] + " a", read);
        read.Span.ToArray().ShouldBe([0, 1, 9, 10, 11, 0]);
        read.Clear();
        table.AddAll("a\u00a0é 日本\u2003a日 ", read);
        read.Span.ToArray().ShouldBe([0, 4, 12, 14]);
    }

    [Fact]
    public void Words_of_ASCII_texts_are_those_between_whitespace_wherever_blocks_end()
    {
        var random = new Random(11);
        const string Characters = "abcXYZ@[`{09.-\0 \t\n\v\f\r\u001b\u001c\u001f    ";
        for (var turn = 0; turn < 3000; turn++)
        {
            var (table, read) = (new WordTable(), new IntBuffer());
            read.Add(7);
            var longWords = turn % 5 == 0;
            var text = string.Concat(Enumerable.Range(0, turn % 200).Select(_ => Characters[random.Next(longWords && random.Next(8) > 0 ? 10 : Characters.Length)]));
            table.TryAddAscii(text, lowers: turn % 2 == 0, read).ShouldBeTrue();
            var expected = Split(turn % 2 == 0 ? text.ToLowerInvariant() : text);
            read.Span[1..].ToArray().Select(table.Text).ShouldBe(expected);
            table.Count.ShouldBe(expected.Distinct(StringComparer.Ordinal).Count());
            read.Clear();
            new WordTable().TryAddAscii(text.Insert(random.Next(text.Length + 1), "é"), lowers: false, read).ShouldBeFalse();
            read.Length.ShouldBe(0);
        }

        static List<string> Split(string text)
        {
            List<string> words = [""];
            foreach (var character in text)
            {
                if (PythonText.IsSpace(character))
                {
                    words.Add("");
                }
                else
                {
                    words[^1] += character;
                }
            }

            return [.. words.Where(word => word.Length > 0)];
        }
    }

    private static int Twin(int[] candidate, List<int[]> references, int order)
    {
        var most = references.SelectMany(reference => Grams(reference, order)).GroupBy(pair => pair.Key, pair => pair.Value).ToDictionary(group => group.Key, group => group.Max());
        return Grams(candidate, order).Sum(pair => Math.Min(pair.Value, most.GetValueOrDefault(pair.Key)));
    }

    private static Dictionary<string, int> Grams(int[] words, int order) =>
        Enumerable.Range(0, Math.Max(0, words.Length - order + 1)).GroupBy(i => string.Join(' ', words.Skip(i).Take(order))).ToDictionary(group => group.Key, group => group.Count());
}
