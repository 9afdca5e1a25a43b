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
        var vocabulary = new Vocabulary("a test", 8);
        for (var id = 0; id < tokens.Length; id++)
        {
            vocabulary.Add(tokens[id], id);
        }

        vocabulary.Add("<unk>", tokens.Length, TokenKind.Unknown);
        var encoder = new UnigramEncoder(vocabulary, [.. scores, 0], tokens.Length, fusesUnknown: text.Contains('x'), usesByteTokens: false);
        var ids = new List<int>();
        encoder.Encode(text, new EncodingScratch(), ids);
        return ids;
    }

    private static string Draw(SeededRandom random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.NextInt32(4))));
}
