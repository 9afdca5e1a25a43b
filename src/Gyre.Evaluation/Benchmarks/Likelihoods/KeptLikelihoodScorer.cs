using System.Globalization;
using Gyre.Contracts;
using Gyre.Evaluation.Replies;

namespace Gyre.Evaluation.Benchmarks.Likelihoods;

/// <summary>Likelihoods kept by the content that decides them, so that an interrupted run goes on and nothing is computed twice.</summary>
/// <remarks>What is kept equals what was computed, bit for bit. Texts without a likelihood are not kept. Owns: nothing. Safe for several threads.</remarks>
/// <param name="inner">Computes what is not kept.</param>
/// <param name="kept">Where likelihoods are kept; other replies may stand there too.</param>
/// <param name="digest">A digest of everything that decides the numbers; null for the scorer's own.</param>
public sealed class KeptLikelihoodScorer(ILikelihoodScorer inner, ReplyCache kept, string? digest = null) : ILikelihoodScorer
{
    private const string Following = "likelihood";
    private const string Whole = "likelihood-text";
    private long _found;

    /// <summary>Likelihoods that were found instead of computed.</summary>
    public long Found => Interlocked.Read(ref _found);

    /// <inheritdoc/>
    public string Model => inner.Model;

    /// <inheritdoc/>
    public string Digest { get; } = digest ?? inner.Digest;

    /// <inheritdoc/>
    public Task<IReadOnlyList<Likelihood>> ScoreAsync(IReadOnlyList<LikelihoodRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        return ScoreAsync(requests, request => ReplyKey.Of(Digest, Following, request.Context, request.Continuation), inner.ScoreAsync, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Likelihood>> ScoreTextsAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return ScoreAsync(texts, text => ReplyKey.Of(Digest, Whole, text), inner.ScoreTextsAsync, cancellationToken);
    }

    private async Task<IReadOnlyList<Likelihood>> ScoreAsync<T>(
        IReadOnlyList<T> texts, Func<T, ReplyKey> keyOf, Func<IReadOnlyList<T>, CancellationToken, Task<IReadOnlyList<Likelihood>>> score, CancellationToken cancellationToken)
    {
        var results = new Likelihood[texts.Count];
        var keys = new ReplyKey[texts.Count];
        var missing = new List<int>();
        for (var i = 0; i < results.Length; i++)
        {
            keys[i] = keyOf(texts[i]);
            if (kept.TryGet(keys[i], out var reply) && TryRead(reply.Text, out var found))
            {
                results[i] = found;
                Interlocked.Increment(ref _found);
            }
            else
            {
                missing.Add(i);
            }
        }

        if (missing.Count == 0)
        {
            return results;
        }

        var scored = await score([.. missing.Select(i => texts[i])], cancellationToken);
        foreach (var (place, i) in missing.Index())
        {
            results[i] = scored[place];
            if (scored[place].IsScored)
            {
                kept.Add(keys[i], new Reply(Write(scored[place]), TimeSpan.Zero));
            }
        }

        return results;
    }

    private static string Write(Likelihood likelihood) =>
        string.Create(CultureInfo.InvariantCulture, $"{likelihood.LogLikelihood:R} {likelihood.Tokens} {(likelihood.IsGreedy ? 1 : 0)}");

    private static bool TryRead(string text, out Likelihood found)
    {
        found = Likelihood.NotScored("nothing is kept");
        if (text.Split(' ') is not [var value, var tokens, "0" or "1"]
            || !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)
            || !int.TryParse(tokens, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        found = Likelihood.Of(number, count, text[^1] == '1');
        return true;
    }
}
