using Gyre.Contracts;
using Gyre.Models.Tokenizers.Scanning;

namespace Gyre.Models.Tests.Tokenizers.Scanning;

/// <summary>Hand-written scanners against the framework's regular expressions with the published patterns.</summary>
public class ScannerTests
{
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string CasedHead = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    private const string CasedTail = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";

    // One or more of every class that a pattern asks for; all in the basic plane, which is what the framework's engine sees whole.
    private static readonly string[] Alphabet =
    [
        "a", "B", "z", "Z", "é", "ǅ", "ʰ", "漢", "あ", "ア", "가", "\u0301", "\u0903", "1", "9", "²", "Ⅷ", "٣", " ", " ", "  ", "\t", "\n", "\r", "\r\n",
        "\u00A0", "\u3000", ".", ",", "!", "-", "_", "'", "'s", "'S", "'re", "'LL", "'v", "\"", "(", "/", "$", "+", "<", "^", "`", "|", "~", "。", "…", "€",
        "word", "Word", "wOrd", "123", "12345", "\u200D", "\u0000", "₂",
    ];

    public static TheoryData<string, string[]> Patterns => new()
    {
        { "gpt-2", [@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"] },
        { "llama-bpe", [Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"] },
        { "qwen2", [Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"] },
        {
            "gpt-4o",
            [
                $@"[^\r\n\p{{L}}\p{{N}}]?{CasedHead}*{CasedTail}+{Contractions}?|[^\r\n\p{{L}}\p{{N}}]?{CasedHead}+{CasedTail}*{Contractions}?"
                + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            ]
        },
        {
            "tekken",
            [
                $@"[^\r\n\p{{L}}\p{{N}}]?{CasedHead}*{CasedTail}+|[^\r\n\p{{L}}\p{{N}}]?{CasedHead}+{CasedTail}*"
                + @"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            ]
        },
        { "starcoder", [@"\p{N}", @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)"] },
        { "deepseek-coder", ["[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", "[一-龥ࠀ-一가-\uD7FF]+", @"\p{N}"] },
        {
            "deepseek-v3",
            [
                @"\p{N}{1,3}", "[一-龥\u3040-\u309F\u30A0-\u30FF]+",
                @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            ]
        },
        { "falcon", [@"[\p{P}\$\+<=>\^~\|`]+", @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)", "[0-9][0-9][0-9]"] },
        { "default", [@"[\p{P}\$\+<=>\^~\|]+", @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)", @"\p{N}+", "[0-9][0-9][0-9]"] },
        { "bloom", [@" ?[^(\s|.,!?…。，、।۔،)]+"] },
    };

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Pieces_equal_those_of_the_published_pattern(string name, string[] patterns)
    {
        PreTokenizers.TryByName(name, out var stages).ShouldBeTrue();
        SplitStage[] reference = [.. patterns.Select(pattern => new SplitStage(new RegexScanner(pattern)))];
        var random = new SeededRandom(5);
        for (var round = 0; round < 1500; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.NextInt32(1, 14)).Select(_ => random.Pick(Alphabet)));

            var pieces = Pieces(text, stages!);

            pieces.ShouldBe(Pieces(text, reference), $"{name}: {System.Text.Json.JsonSerializer.Serialize(text)}");
            string.Concat(pieces).ShouldBe(text);
        }
    }

    // The framework has no possessive quantifiers, so its patterns say the same with atomic groups.
    [Theory]
    [InlineData(
        @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
        @"'(?i:[sdmt]|ll|ve|re)|(?>[^\r\n\p{L}\p{N}]?)\p{L}+|\p{N}{1,3}| ?(?>[^\s\p{L}\p{N}]+)[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+")]
    [InlineData(
        @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
        @"'(?i:[sdmt]|ll|ve|re)|(?>[^\r\n\p{L}\p{N}]?)(?>\p{L}+)|(?>\p{N}{1,3})| ?(?>[^\s\p{L}\p{N}]+)(?>[\r\n]*)|(?>\s+)$|\s*[\r\n]|\s+(?!\S)|\s")]
    public void Both_later_spellings_of_cl100k_cut_as_they_say(string pattern, string reference)
    {
        var scanner = PreTokenizers.ByPattern(pattern);
        scanner.ShouldBeOfType<Cl100kScanner>();
        var random = new SeededRandom(6);
        for (var round = 0; round < 4000; round++)
        {
            // Mostly white space, where the two differ from each other; then everything.
            var texts = round % 2 == 0 ? [" ", " ", "\n", "\r\n", "\t", "x", "!", "7"] : Alphabet;
            var text = string.Concat(Enumerable.Range(0, random.NextInt32(1, 12)).Select(_ => random.Pick(texts)));

            Pieces(text, [new SplitStage(scanner)]).ShouldBe(
                Pieces(text, [new SplitStage(new RegexScanner(reference))]), System.Text.Json.JsonSerializer.Serialize(text));
        }
    }

    [Theory]
    [InlineData("gpt-2", "𝐚𝐛 𝟏𝟐🦙🦙", new[] { "𝐚𝐛", " 𝟏𝟐", "🦙🦙" })]
    [InlineData("qwen2", "𝐚𝐛 𝟏𝟐🦙𝐚", new[] { "𝐚𝐛", " ", "𝟏", "𝟐", "🦙𝐚" })]
    [InlineData("gpt-2", "a\uD800b", new[] { "a", "\uD800", "b" })]
    public void Characters_beyond_the_basic_plane_have_their_own_class(string name, string text, string[] expected)
    {
        PreTokenizers.TryByName(name, out var stages).ShouldBeTrue();

        Pieces(text, stages!).ShouldBe(expected);
    }

    [Fact]
    public void Known_patterns_run_without_regular_expressions()
    {
        foreach (var patterns in Patterns.Select(row => row.Data.Item2))
        {
            foreach (var pattern in patterns.Where(pattern => !pattern.Contains(@"\$\+<", StringComparison.Ordinal)))
            {
                PreTokenizers.ByPattern(pattern).ShouldNotBeOfType<RegexScanner>(pattern);
            }
        }
    }

    [Theory]
    [InlineData(' ')]
    [InlineData('\n')]
    [InlineData('a')]
    [InlineData('\'')]
    [InlineData('.')]
    [InlineData('1')]
    public void A_megabyte_of_one_character_is_read_in_linear_time(char unit)
    {
        foreach (var name in new[] { "gpt-2", "llama-bpe", "qwen2", "gpt-4o", "tekken", "starcoder", "deepseek-coder", "deepseek-v3", "falcon", "default", "bloom" })
        {
            PreTokenizers.TryByName(name, out var stages).ShouldBeTrue();
            var text = new string(unit, 1 << 20) + "x";
            var start = Environment.CpuUsage.TotalTime;

            Pieces(text, stages!).Sum(piece => piece.Length).ShouldBe(text.Length);

            (Environment.CpuUsage.TotalTime - start).ShouldBeLessThan(TimeSpan.FromSeconds(120), name); // Quadratic reading would take hours.
        }
    }

    private static List<string> Pieces(string text, SplitStage[] stages)
    {
        List<string> pieces = [text];
        foreach (var stage in stages)
        {
            var next = new List<string>();
            foreach (var piece in pieces)
            {
                var position = 0;
                while (stage.Next(piece, ref position, out var start, out var end))
                {
                    next.Add(piece[start..end]);
                }
            }

            pieces = next;
        }

        return pieces;
    }
}
