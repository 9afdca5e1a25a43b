using System.Numerics;
using Gyre.Tensors;

namespace Gyre.Models.Generation;

/// <summary>Tokens that a model's own settings forbid or force at some places of an answer. Immutable.</summary>
/// <remarks>
/// Forbidden tokens get −∞ as their score; where one is forced, it gets 0 and all others −∞. Lengths count the answer's
/// tokens, not the start token. Source: the logits processors of Hugging Face Transformers that these settings switch on.
/// </remarks>
public sealed record AnswerRules
{
    /// <summary>The answer's first token; null for none in particular.</summary>
    public int? ForcedBeginId { get; init; }

    /// <summary>One of these is the token at the length limit; empty for none in particular.</summary>
    public IReadOnlyList<int> ForcedEndIds { get; init; } = [];

    /// <summary>Token sequences that do not occur in an answer.</summary>
    public IReadOnlyList<IReadOnlyList<int>> BadWords { get; init; } = [];

    /// <summary>No sequence of so many tokens occurs twice; 0 for no rule.</summary>
    public int NoRepeatNgramSize { get; init; }

    /// <summary>An answer ends behind so many tokens at the earliest; 0 for no rule.</summary>
    public int MinTokens { get; init; }

    /// <summary>True when there is no rule.</summary>
    public bool IsEmpty =>
        ForcedBeginId is null && ForcedEndIds.Count == 0 && BadWords.Count == 0 && NoRepeatNgramSize == 0 && MinTokens == 0;

    /// <summary>Changes the scores of the next token.</summary>
    /// <param name="tokens">The start token and the answer so far.</param>
    /// <param name="promptLength">How many of them come before the answer.</param>
    /// <param name="maxTokens">The length limit of the answer.</param>
    /// <param name="endIds">Tokens that end an answer.</param>
    /// <param name="scores">One for each id.</param>
    [HotPath]
    internal void Apply<T>(ReadOnlySpan<int> tokens, int promptLength, int maxTokens, IReadOnlyList<int> endIds, Span<T> scores)
        where T : IFloatingPointIeee754<T>
    {
        var length = tokens.Length - promptLength;
        if (length == 0 && ForcedBeginId is { } begin)
        {
            Force(begin, isFirst: true, scores);
        }
        else if (length == maxTokens - 1 && ForcedEndIds.Count > 0)
        {
            for (var i = 0; i < ForcedEndIds.Count; i++)
            {
                Force(ForcedEndIds[i], isFirst: i == 0, scores);
            }
        }
        else
        {
            ForbidRepeats(tokens, scores);
            ForbidBadWords(tokens, endIds, scores);
            for (var i = 0; length < MinTokens && i < endIds.Count; i++)
            {
                Forbid(endIds[i], scores);
            }
        }
    }

    private static void Force<T>(int id, bool isFirst, Span<T> scores)
        where T : IFloatingPointIeee754<T>
    {
        if (isFirst)
        {
            scores.Fill(T.NegativeInfinity);
        }

        if ((uint)id < (uint)scores.Length)
        {
            scores[id] = T.Zero;
        }
    }

    private static void Forbid<T>(int id, Span<T> scores)
        where T : IFloatingPointIeee754<T>
    {
        if ((uint)id < (uint)scores.Length)
        {
            scores[id] = T.NegativeInfinity;
        }
    }

    /// <summary>What followed an earlier occurrence of the last tokens must not follow them again.</summary>
    private void ForbidRepeats<T>(ReadOnlySpan<int> tokens, Span<T> scores)
        where T : IFloatingPointIeee754<T>
    {
        if (NoRepeatNgramSize == 0 || tokens.Length < NoRepeatNgramSize)
        {
            return;
        }

        var last = tokens[(tokens.Length - NoRepeatNgramSize + 1)..];
        for (var i = 0; i + last.Length < tokens.Length; i++)
        {
            if (tokens.Slice(i, last.Length).SequenceEqual(last))
            {
                Forbid(tokens[i + last.Length], scores);
            }
        }
    }

    private void ForbidBadWords<T>(ReadOnlySpan<int> tokens, IReadOnlyList<int> endIds, Span<T> scores)
        where T : IFloatingPointIeee754<T>
    {
        for (var i = 0; i < BadWords.Count; i++)
        {
            var word = BadWords[i];
            var isEnd = false;
            for (var e = 0; word.Count == 1 && e < endIds.Count; e++)
            {
                isEnd |= endIds[e] == word[0];
            }

            if (word.Count > 0 && !isEnd && EndsWithBeginning(tokens, word))
            {
                Forbid(word[^1], scores);
            }
        }
    }

    private static bool EndsWithBeginning(ReadOnlySpan<int> tokens, IReadOnlyList<int> word)
    {
        var count = word.Count - 1;
        if (count > tokens.Length)
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (tokens[tokens.Length - count + i] != word[i])
            {
                return false;
            }
        }

        return true;
    }
}
