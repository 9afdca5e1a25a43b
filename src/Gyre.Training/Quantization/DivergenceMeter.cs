using Gyre.Models.Architectures;
using Gyre.Tensors.Threading;

namespace Gyre.Training.Quantization;

/// <summary>Runs two models over the same text and compares their predictions.</summary>
/// <remarks>
/// The text is cut into windows that each begin anew; the second half of each is scored, so that every scored token has
/// at least half a window before it. With a begin token in the vocabulary each window starts with that.
/// <para>Source: the windows are those of llama.cpp's perplexity program, so that figures can be set side by side.</para>
/// </remarks>
public static class DivergenceMeter
{
    private const long MostLogitBytes = 128L << 20;

    /// <summary>The fewest tokens of a text.</summary>
    public const int FewestTokens = 8;

    /// <summary>Compares.</summary>
    /// <param name="original">The model that the other was made of.</param>
    /// <param name="result">The other, with the same vocabulary.</param>
    /// <param name="tokens">The text.</param>
    /// <param name="begin">The token that begins a window; null for none.</param>
    /// <param name="window">Tokens of a window; it is made shorter for short contexts and texts.</param>
    /// <param name="team">Shares out the comparing.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <remarks>
    /// Errors: argument exceptions for fewer than <see cref="FewestTokens"/> tokens, and those of the models' sessions.
    /// <para>Cost: both models read every token once.</para>
    /// </remarks>
    public static TextDivergence Measure(
        IDecoder original,
        IDecoder result,
        IReadOnlyList<int> tokens,
        int? begin,
        int window,
        ThreadTeam team,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(team);
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens.Count, FewestTokens, nameof(tokens));
        ArgumentOutOfRangeException.ThrowIfNotEqual(result.VocabularySize, original.VocabularySize, nameof(result));
        var length = Math.Max(4, Math.Min(Math.Min(window, tokens.Count / 2), Math.Min(original.ContextLength, result.ContextLength)));
        var windows = tokens.Count / length;
        var first = length / 2;
        var scored = length - first - 1;
        var rows = (int)Math.Clamp(MostLogitBytes / 2 / sizeof(float) / original.VocabularySize, 1, scored);
        var (before, after) = (new float[rows * original.VocabularySize], new float[rows * original.VocabularySize]);
        var scores = new Score[windows * scored];
        var ids = new int[length];
        for (var w = 0; w < windows; w++)
        {
            for (var i = 0; i < length; i++)
            {
                ids[i] = i == 0 && begin is { } id ? id : tokens[(w * length) + i];
            }

            using var left = original.CreateSession(length);
            using var right = result.CreateSession(length);
            left.Forward(ids.AsSpan(0, first));
            right.Forward(ids.AsSpan(0, first));
            for (var at = first; at < length - 1; at += rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = Math.Min(rows, length - 1 - at);
                left.ForwardAll(ids.AsSpan(at, count), before);
                right.ForwardAll(ids.AsSpan(at, count), after);
                var (start, place) = (at, (w * scored) + at - first);
                team.For(count, i => scores[place + i] = Compare(Row(before, i, original.VocabularySize), Row(after, i, original.VocabularySize), ids[start + i + 1]));
                progress?.Report((double)(place + count) / scores.Length);
            }
        }

        return Summarise(scores, length);
    }

    /// <summary>Compares two predictions of one token.</summary>
    internal static Score Compare(ReadOnlySpan<float> before, ReadOnlySpan<float> after, int actual)
    {
        var (topBefore, topAfter) = (Top(before), Top(after));
        var (normBefore, normAfter) = (LogSum(before, before[topBefore]), LogSum(after, after[topAfter]));
        var divergence = 0.0;
        for (var i = 0; i < before.Length; i++)
        {
            var (left, right) = (before[i] - normBefore, after[i] - normAfter);
            divergence += Math.Exp(left) * (left - right);
        }

        // Rounding may leave a trace below zero where both are the same.
        return new Score(normBefore - before[actual], normAfter - after[actual], Math.Max(0, divergence), topBefore == topAfter);
    }

    private static ReadOnlySpan<float> Row(float[] logits, int row, int width) => logits.AsSpan(row * width, width);

    private static int Top(ReadOnlySpan<float> logits)
    {
        var top = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            top = logits[i] > logits[top] ? i : top;
        }

        return top;
    }

    private static double LogSum(ReadOnlySpan<float> logits, float largest)
    {
        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - (double)largest);
        }

        return largest + Math.Log(sum);
    }

    /// <summary>The figures of a run.</summary>
    internal static TextDivergence Summarise(Score[] scores, int window)
    {
        var (before, after, divergence, same) = (0.0, 0.0, 0.0, 0);
        foreach (var score in scores)
        {
            before += score.Before;
            after += score.After;
            divergence += score.Divergence;
            same += score.IsSameTop ? 1 : 0;
        }

        var sorted = scores.Select(score => score.Divergence).Order().ToArray();
        var rank = (int)Math.Ceiling(0.99 * sorted.Length) - 1;
        return new TextDivergence(
            scores.Length,
            window,
            Math.Exp(before / scores.Length),
            Math.Exp(after / scores.Length),
            divergence / scores.Length,
            sorted[rank],
            sorted[^1],
            (double)same / scores.Length);
    }

    /// <summary>One prediction: what the token cost either model in nats, their divergence, and whether they prefer the same token.</summary>
    internal readonly record struct Score(double Before, double After, double Divergence, bool IsSameTop);
}
