using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Gyre.Training.Examples;

/// <summary>Finds prompts that examples answer in more than one way.</summary>
/// <remarks>
/// A prompt is everything before an assistant's turn; spaces around texts do not count. The first million prompts are remembered, by
/// digests of 16 bytes: examples may be many.
/// </remarks>
internal sealed class Contradictions
{
    private const int MostPrompts = 1_000_000;
    private const int MostNamed = 3;
    private readonly Dictionary<UInt128, Answer> _answers = [];
    private readonly List<string> _named = [];

    /// <summary>Examples that answer a prompt otherwise than the first one that had it.</summary>
    public int Examples { get; private set; }

    /// <summary>Prompts that have more than one answer.</summary>
    public int Prompts { get; private set; }

    /// <summary>Takes an example; gives the place of the one that it contradicts, or null.</summary>
    public string? Find(TrainingExample example)
    {
        string? found = null;
        var before = new StringBuilder();
        foreach (var turn in example.Turns)
        {
            var text = turn.Content.Trim();
            if (turn.Role == "assistant" && Compare(DigestOf(before.ToString()), DigestOf(text), example.Place) is { } other)
            {
                found ??= other;
            }

            before.Append(turn.Role).Append('\0').Append(text).Append('\0');
        }

        if (found is not null)
        {
            Examples++;
            if (_named.Count < MostNamed)
            {
                _named.Add($"{example.Place} and {found}");
            }
        }

        return found;
    }

    /// <summary>How many there are, and the first of them.</summary>
    public string ToText() =>
        $"{Examples} {(Examples == 1 ? "example answers" : "examples answer")} a prompt otherwise than an earlier one; {Prompts} {(Prompts == 1 ? "prompt has" : "prompts have")} more than one answer: {string.Join("; ", _named)}{(Examples > _named.Count ? "; …" : "")}.";

    private string? Compare(UInt128 prompt, UInt128 answer, string place)
    {
        if (_answers.Count >= MostPrompts && !_answers.ContainsKey(prompt))
        {
            return null;
        }

        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_answers, prompt, out var isKnown);
        if (!isKnown)
        {
            first = new Answer(answer, place, IsContradicted: false);
            return null;
        }

        if (first.Digest == answer)
        {
            return null;
        }

        Prompts += first.IsContradicted ? 0 : 1;
        first = first with { IsContradicted = true };
        return first.Place;
    }

    private static UInt128 DigestOf(string text) => MemoryMarshal.Read<UInt128>(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private readonly record struct Answer(UInt128 Digest, string Place, bool IsContradicted);
}
