using System.Text;
using Gyre.Contracts;
using Gyre.Models.Constraints;
using Gyre.Models.Generation;

namespace Gyre.Server.Tests.Fakes;

/// <summary>A fake model that knows nothing: any byte that the constraint allows may come, those that close something more often.</summary>
internal static class RandomText
{
    private static readonly ConstraintVocabulary Vocabulary = new(new FakeByteTokenizer());

    public static IEnumerable<GenerationUpdate> Write(Constraint constraint, int promptTokens, GenerationOptions options)
    {
        var random = new SeededRandom(options.Seed ?? 1);
        var state = constraint.Start(Vocabulary);
        var mask = new ulong[state.MaskWords];
        var decoder = Encoding.UTF8.GetDecoder();
        var characters = new char[4];
        var tokens = 0;
        var reason = FinishReason.Stop;
        while (!state.MustEnd && !state.HasEnded)
        {
            if (tokens == options.MaxTokens)
            {
                reason = FinishReason.Length;
                break;
            }

            state.FillMask(mask);
            var allowed = Enumerable.Range(0, Vocabulary.Size).Where(id => (mask[id >> 6] >> (id & 63) & 1) != 0).ToList();
            var closing = allowed.Where(id => id is '"' or '}' or ']' or FakeByteTokenizer.End).ToList();
            var from = closing.Count > 0 && random.NextDouble() < 0.4 ? closing : allowed;
            var id = from[random.NextInt32(from.Count)];
            state.TryAccept(id).ShouldBeTrue();
            tokens++;
            var text = id == FakeByteTokenizer.End ? "" : new string(characters, 0, decoder.GetChars([(byte)id], characters, flush: false));
            yield return new GenerationUpdate { Text = text, TokenId = id, IsEnd = id == FakeByteTokenizer.End };
        }

        yield return new GenerationUpdate { FinishReason = reason, Usage = new GenerationUsage(promptTokens, tokens, 0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero) };
    }
}
