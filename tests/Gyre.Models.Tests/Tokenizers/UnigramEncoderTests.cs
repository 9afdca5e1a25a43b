using Gyre.Contracts;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Tests.Tokenizers;

public class UnigramEncoderTests
{
    [Fact]
    public void The_result_has_the_highest_sum_of_all_segmentations()
    {
        var random = new SeededRandom(4);
        for (var round = 0; round < 300; round++)
        {
            var tokens = Enumerable.Range(0, random.NextInt32(3, 25)).Select(_ => Draw(random, random.NextInt32(1, 4))).Distinct(StringComparer.Ordinal).ToArray();
            var scores = tokens.Select(_ => (float)-random.NextDouble() * 8).ToArray();
            var text = Draw(random, random.NextInt32(1, 10));

            var ids = Encode(tokens, scores, text);

            // Unknown stands last, so its score is looked up there.
            float[] withUnknown = [.. scores, scores.Min() - 10];
            ids.Sum(id => withUnknown[id]).ShouldBe(Best(tokens, scores, text), 1e-3f, $"{text} with {string.Join(' ', tokens)}");
        }
    }

    [Fact]
    public void Without_byte_tokens_a_run_of_unknown_characters_is_one_token() =>
        Encode(["a", "b"], [-1, -1], "axyzbx").ShouldBe([0, 2, 1, 2]);

    [Fact]
    public void Unknown_characters_on_both_sides_of_a_space_are_one_token_where_the_space_is_unknown_too() =>
        Encode(["a", "\u2581a"], [-1, -1], "ax\u2581xa\u2581a").ShouldBe([0, 2, 0, 1]);

    [Theory]
    [InlineData(1UL, 60)]
    [InlineData(2UL, 60)]
    [InlineData(3UL, 4000)]
    public void Sums_in_single_precision_are_those_of_the_whole_text_also_for_parts_met_before(ulong seed, int words)
    {
        // Scores that differ in their last bits make sums that only rounding tells apart, and that another beginning decides differently.
        var random = new SeededRandom(seed);
        for (var round = 0; round < 20; round++)
        {
            var tokens = Enumerable.Range(0, 40).Select(_ => Draw(random, random.NextInt32(1, 4)))
                .Concat(["a", "b", "c", "d", "\u2581"]).Distinct(StringComparer.Ordinal).ToArray();
            var scores = tokens.Select(token => token.Length * -(1.1f + (random.NextInt32(3) * 1e-6f))).ToArray();
            var known = Enumerable.Range(0, 30).Select(_ => "\u2581" + Draw(random, random.NextInt32(1, 7))).ToArray();
            var scratch = new EncodingScratch();
            var encoder = Encoder(tokens, scores, sumsInSingle: true);
            for (var text = 0; text < 3; text++)
            {
                var piece = string.Concat(Enumerable.Range(0, words).Select(_ => known[random.NextInt32(known.Length)]));
                var ids = new List<int>();
                encoder.Encode(piece, scratch, ids);
                ids.ShouldBe(InSingle(tokens, scores, piece));
            }
        }
    }

    // SentencePiece's way, over the whole text: a sum is compared before it is rounded, the first of equal ones stays.
    private static List<int> InSingle(string[] tokens, float[] scores, string text)
    {
        var best = new (float Score, int Start, int Token)[text.Length + 1];
        best.AsSpan(1).Fill((0, -1, -1));
        for (var start = 0; start < text.Length; start++)
        {
            for (var length = 1; length <= 3 && start + length <= text.Length; length++)
            {
                var token = Array.IndexOf(tokens, text.Substring(start, length));
                if (token < 0)
                {
                    continue;
                }

                ref var place = ref best[start + length];
                var sum = (double)best[start].Score + scores[token];
                if (place.Start < 0 || sum > place.Score)
                {
                    place = ((float)sum, start, token);
                }
            }
        }

        var ids = new List<int>();
        for (var end = text.Length; end > 0; end = best[end].Start)
        {
            ids.Insert(0, best[end].Token);
        }

        return ids;
    }

    private static float Best(string[] tokens, float[] scores, string text)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        var best = float.NegativeInfinity;
        for (var i = 0; i < tokens.Length; i++)
        {
            if (text.StartsWith(tokens[i], StringComparison.Ordinal))
            {
                best = Math.Max(best, scores[i] + Best(tokens, scores, text[tokens[i].Length..]));
            }
        }

        return tokens.Contains(text[..1]) ? best : Math.Max(best, scores.Min() - 10 + Best(tokens, scores, text[1..]));
    }

    private static List<int> Encode(string[] tokens, float[] scores, string text)
    {
        var ids = new List<int>();
        Encoder(tokens, scores, sumsInSingle: false, fusesUnknown: text.Contains('x')).Encode(text, new EncodingScratch(), ids);
        return ids;
    }

    private static UnigramEncoder Encoder(string[] tokens, float[] scores, bool sumsInSingle, bool fusesUnknown = false)
    {
        var vocabulary = new Vocabulary("a test", 8);
        for (var id = 0; id < tokens.Length; id++)
        {
            vocabulary.Add(tokens[id], id);
        }

        vocabulary.Add("<unk>", tokens.Length, TokenKind.Unknown);
        return new UnigramEncoder(vocabulary, [.. scores, 0], tokens.Length, fusesUnknown, usesByteTokens: false, sumsInSingle);
    }

    private static string Draw(SeededRandom random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.NextInt32(4))));
}
