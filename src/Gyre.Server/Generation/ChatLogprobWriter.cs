using Gyre.Models.Generation;
using Gyre.Models.Tokenizers;
using Gyre.Server.Wire;

namespace Gyre.Server.Generation;

/// <summary>Turns the engine's log-probabilities into those of a chat answer.</summary>
internal static class ChatLogprobWriter
{
    public static ChatLogprobs.Token ToWire(ITokenizer tokenizer, TokenLogprob token)
    {
        var bytes = TokenText.Bytes(tokenizer, token.Id);
        return new ChatLogprobs.Token
        {
            Text = TokenText.Lossy(bytes),
            Logprob = Finite(token.Logprob),
            Bytes = Numbers(bytes),
            TopLogprobs = [.. token.Top.Select(top => ToAlternative(tokenizer, top))],
        };
    }

    /// <summary>JSON has no infinity: an impossible token gets the lowest number the wire's documentation names.</summary>
    public static double Finite(float logprob) => float.IsFinite(logprob) ? logprob : -9999.0;

    private static ChatLogprobs.Alternative ToAlternative(ITokenizer tokenizer, (int Id, float Logprob) top)
    {
        var bytes = TokenText.Bytes(tokenizer, top.Id);
        return new ChatLogprobs.Alternative { Text = TokenText.Lossy(bytes), Logprob = Finite(top.Logprob), Bytes = Numbers(bytes) };
    }

    private static int[] Numbers(byte[] bytes) => Array.ConvertAll(bytes, value => (int)value);
}
