using System.Text;
using System.Text.Json;
using Gyre.Contracts;

namespace Gyre.Evaluation.Benchmarks.Likelihoods;

/// <summary>One choice of a completions answer that repeats its prompt with log-probabilities.</summary>
internal static class EchoedTokens
{
    /// <summary>Adds up the tokens that have a part in the text behind a place.</summary>
    /// <param name="choice">The answer's choice.</param>
    /// <param name="text">The prompt.</param>
    /// <param name="boundary">UTF-16 units before what is scored.</param>
    /// <param name="fault">Why the choice cannot be read; empty when it can.</param>
    /// <remarks>
    /// Places are in Unicode characters, as the servers count them. A token whose log-probability is null is the first of the text:
    /// it is left out, unless all of it is scored and nothing went before it, where the result says so.
    /// </remarks>
    public static Likelihood? Read(JsonElement choice, string text, int boundary, out string fault)
    {
        fault = "";
        if (!choice.TryGetProperty("logprobs", out var logprobs) || logprobs.ValueKind != JsonValueKind.Object
            || !List(logprobs, "tokens", out var tokens) || !List(logprobs, "token_logprobs", out var values) || !List(logprobs, "text_offset", out var offsets))
        {
            fault = "the choice has no 'logprobs' with the lists 'tokens', 'token_logprobs' and 'text_offset'; expected a server that gives prompt log-probabilities with 'echo'";
            return null;
        }

        var count = tokens.GetArrayLength();
        if (values.GetArrayLength() != count || offsets.GetArrayLength() != count || count == 0)
        {
            fault = $"the lists of log-probabilities have {count}, {values.GetArrayLength()} and {offsets.GetArrayLength()} entries; expected as many of each, and one at least";
            return null;
        }

        logprobs.TryGetProperty("top_logprobs", out var tops);
        return Sum(values, offsets, tops, CharactersOf(text.AsSpan(0, boundary)), CharactersOf(text), out fault);
    }

    private static Likelihood? Sum(JsonElement values, JsonElement offsets, JsonElement tops, int from, int end, out string fault)
    {
        fault = "";
        var (sum, scored, isGreedy, hasUnpredicted) = (0.0, 0, true, false);
        var count = values.GetArrayLength();
        for (var i = 0; i < count; i++)
        {
            if (!IsNumber(offsets[i], out var start))
            {
                fault = $"the place of token {i} is no number";
                return null;
            }

            var stop = i + 1 < count && IsNumber(offsets[i + 1], out var next) ? next : end;
            if (stop <= from || start >= end)
            {
                continue;
            }

            if (values[i].ValueKind != JsonValueKind.Number)
            {
                hasUnpredicted = true;
                continue;
            }

            var value = values[i].GetDouble();
            sum += Math.Min(0, value);
            scored++;
            isGreedy &= IsBest(tops, i, value);
        }

        return scored == 0 || hasUnpredicted
            ? Likelihood.NotScored(hasUnpredicted ? "the server predicts nothing for the text's first token; put a context before it" : "no token of the answer lies behind the context")
            : Likelihood.Of(sum, scored, isGreedy);
    }

    /// <summary>The best alternative is no better; without alternatives nothing shows that the token is the first choice.</summary>
    private static bool IsBest(JsonElement tops, int index, double value)
    {
        if (tops.ValueKind != JsonValueKind.Array || index >= tops.GetArrayLength() || tops[index].ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        foreach (var alternative in tops[index].EnumerateObject())
        {
            if (alternative.Value.ValueKind == JsonValueKind.Number && alternative.Value.GetDouble() > value)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsNumber(JsonElement element, out int number)
    {
        number = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out number);
    }

    private static bool List(JsonElement element, string name, out JsonElement list) =>
        element.TryGetProperty(name, out list) && list.ValueKind == JsonValueKind.Array;

    private static int CharactersOf(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
