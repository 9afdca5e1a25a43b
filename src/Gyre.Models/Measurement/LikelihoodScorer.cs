using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Encoders;
using Gyre.Models.Generation;

namespace Gyre.Models.Measurement;

/// <summary>How likely a loaded model finds texts: log-likelihoods of continuations and of whole texts.</summary>
/// <remarks>
/// Continuations of one context run together and the context is read once; beginnings that the model has read before are not read
/// again. Log-softmax is taken in double precision. Texts longer than the model's context are scored in windows: each predicts as
/// many tokens as the context holds, behind one token of the window before; the last one reads as much as fits.
/// <para>Owns: nothing; it ends with its model. Safe for many callers at once, and beside requests that generate.</para>
/// <para>Source: the division into context and continuation and the windows are those of EleutherAI's lm-evaluation-harness.</para>
/// </remarks>
public sealed class LikelihoodScorer : ILikelihoodScorer
{
    /// <summary>Rows of logits that are computed together.</summary>
    private const int MostRows = 64;

    /// <summary>Sequences that are held at once.</summary>
    private const int MostSequences = 32;

    private readonly LanguageModel _model;
    private readonly string? _adapter;

    /// <summary>Scores with a model.</summary>
    /// <param name="model">One that continues text.</param>
    /// <param name="adapter">The adapter that the texts run through; null for the base alone.</param>
    /// <remarks>Errors: <see cref="ModelException"/> RUN0445 for a model that predicts no next token of a text.</remarks>
    public LikelihoodScorer(LanguageModel model, string? adapter = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Kind != ModelKind.Generation)
        {
            throw new ModelException("RUN0445", $"Score likelihoods: the model '{model.Name}' is of the kind {model.Kind}; expected one that continues text. Choose such a model; `gyre models` tells each one's kind.");
        }

        (_model, _adapter) = (model, adapter);
    }

    /// <inheritdoc />
    public string Model => _adapter is null ? _model.Name : $"{_model.Name}+{_adapter}";

    /// <inheritdoc />
    public string Digest => _adapter is null ? _model.Digest : $"{_model.Digest}+{_adapter}";

    /// <inheritdoc />
    /// <remarks>Errors: an argument exception for an empty continuation; <see cref="ModelException"/> as <see cref="IDecoder.CreateSession(int, string)"/> and <see cref="IDecoderSession.Forward"/>.</remarks>
    public Task<IReadOnlyList<Likelihood>> ScoreAsync(IReadOnlyList<LikelihoodRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        if (requests.Any(request => request.Continuation.Length == 0))
        {
            throw new ArgumentException("Score likelihoods: a continuation is empty; expected text.", nameof(requests));
        }

        return Task.Run<IReadOnlyList<Likelihood>>(() => Score([.. requests.Select(Split)], cancellationToken), cancellationToken);
    }

    /// <inheritdoc />
    /// <remarks>Errors: as <see cref="ScoreAsync"/>.</remarks>
    public Task<IReadOnlyList<Likelihood>> ScoreTextsAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Task.Run<IReadOnlyList<Likelihood>>(() => [.. texts.Select(text => ScoreWindows(text, cancellationToken))], cancellationToken);
    }

    /// <summary>Context and continuation as one text, from the first token on that the context alone does not begin with.</summary>
    private LikelihoodTokens Split(LikelihoodRequest request)
    {
        var kept = request.Context.AsSpan().TrimEnd().Length;
        var context = request.Context[..kept];
        var ids = Tokenize(request.Context + request.Continuation);
        var before = kept == 0 ? [ids[0]] : Tokenize(context);
        var first = 0;
        while (first < before.Count && first < ids.Count - 1 && before[first] == ids[first])
        {
            first++;
        }

        return new LikelihoodTokens([.. ids], Math.Max(1, first));
    }

    /// <summary>A text's tokens behind one that predicts the first of them.</summary>
    private List<int> Tokenize(string text)
    {
        List<int> ids = [.. _model.TokenizePrompt(text)];
        var begin = _model.Tokenizer.BeginId;
        if (ids.Count > 0 && ids[0] == begin)
        {
            return ids;
        }

        // Vocabularies that begin texts with nothing part them with their end token.
        ids.Insert(0, begin ?? (_model.Tokenizer.EndIds.Count > 0 ? _model.Tokenizer.EndIds[0] : throw NoPrefix()));
        return ids;
    }

    private ModelException NoPrefix() => new(
        "RUN0445", $"Score likelihoods: the vocabulary of '{_model.Name}' has neither a begin nor an end token, so nothing predicts a text's first token; expected one of them. Name them in the tokenizer's configuration.");

    private Likelihood[] Score(LikelihoodTokens[] requests, CancellationToken cancellationToken)
    {
        var results = new Likelihood[requests.Length];
        var limit = _model.Decoder.ContextLength;
        var groups = Enumerable.Range(0, requests.Length).GroupBy(i => requests[i], SameBefore.Instance);
        foreach (var group in groups)
        {
            foreach (var part in group.Where(Fits).Chunk(MostSequences))
            {
                ScoreGroup(requests, part, results, cancellationToken);
            }
        }

        return results;

        bool Fits(int index)
        {
            if (requests[index].Length <= limit)
            {
                return true;
            }

            results[index] = Likelihood.TooLong(requests[index].Length, limit);
            return false;
        }
    }

    /// <summary>Requests that begin alike: the beginning is read once, then all that follows together.</summary>
    private void ScoreGroup(LikelihoodTokens[] requests, int[] indexes, Likelihood[] results, CancellationToken cancellationToken)
    {
        var decoder = _model.Decoder;
        var before = requests[indexes[0]].Before;
        var sessions = new List<IDecoderSession>(indexes.Length);
        try
        {
            foreach (var index in indexes)
            {
                sessions.Add(decoder.CreateSession(requests[index].Length, _adapter));
            }

            if (!before.IsEmpty)
            {
                var taken = sessions[0].TakePrefix(before);
                sessions[0].Forward(before[taken..]);
                sessions[0].KeepPrefix(before);
                sessions.Skip(1).ToList().ForEach(session => session.CopyFrom(sessions[0]));
            }

            var sums = new Sum[indexes.Length];
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] = new Sum(requests[indexes[i]]);
            }

            RunRounds(sessions, sums, cancellationToken);
            for (var i = 0; i < sums.Length; i++)
            {
                results[indexes[i]] = sums[i].Result();
            }
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    private void RunRounds(List<IDecoderSession> sessions, Sum[] sums, CancellationToken cancellationToken)
    {
        var decoder = _model.Decoder;
        var most = Math.Min(MostRows, decoder.MaxBatchTokens);
        var batch = new DecoderBatch();
        var entries = new List<int>();
        for (var next = 0; next < sums.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            batch.Clear();
            entries.Clear();
            for (; next < sums.Length && batch.Tokens < most; next++)
            {
                var rest = sums[next].Rest;
                var taken = rest[..Math.Min(rest.Length, most - batch.Tokens)];
                batch.Add(sessions[next], taken, LogitRows.All);
                entries.Add(next);
                if (taken.Length < rest.Length)
                {
                    break;
                }
            }

            decoder.Forward(batch);
            for (var entry = 0; entry < entries.Count; entry++)
            {
                if (!batch.IsFinite(entry))
                {
                    throw new ModelException("RUN0304", $"Score likelihoods: the model '{_model.Name}' computed logits that are not finite numbers. The weights are damaged or do not fit this configuration: load them again from a good copy.");
                }

                sums[entries[entry]].Add(batch, entry);
            }
        }
    }

    private Likelihood ScoreWindows(string text, CancellationToken cancellationToken)
    {
        if (text.Length == 0)
        {
            return Likelihood.Of(0, 0, isGreedy: true);
        }

        var ids = Tokenize(text).ToArray();
        var most = _model.Decoder.ContextLength;
        var (sum, isGreedy) = (0.0, true);
        for (var done = 1; done < ids.Length;)
        {
            var end = Math.Min(ids.Length, done + most);
            var start = Math.Max(0, end - 1 - most);
            var window = Score([new LikelihoodTokens(ids[start..end], done - start)], cancellationToken)[0];
            (sum, isGreedy) = (sum + window.LogLikelihood, isGreedy && window.IsGreedy);
            done = end;
        }

        return Likelihood.Of(sum, ids.Length - 1, isGreedy);
    }

    /// <summary>Requests are alike when the model reads the same before their first prediction.</summary>
    private sealed class SameBefore : IEqualityComparer<LikelihoodTokens>
    {
        public static SameBefore Instance { get; } = new();

        public bool Equals(LikelihoodTokens x, LikelihoodTokens y) => x.Before.SequenceEqual(y.Before);

        public int GetHashCode(LikelihoodTokens obj)
        {
            var hash = default(HashCode);
            foreach (var id in obj.Before)
            {
                hash.Add(id);
            }

            return hash.ToHashCode();
        }
    }

    /// <summary>What has been added up of a request.</summary>
    private sealed class Sum(LikelihoodTokens request)
    {
        private double _sum;
        private bool _isGreedy = true;
        private int _done;

        /// <summary>What the model has yet to read.</summary>
        public ReadOnlySpan<int> Rest => request.Read[_done..];

        /// <summary>Adds what a run says of the tokens behind those it read.</summary>
        public void Add(DecoderBatch batch, int entry)
        {
            var rows = batch.WantedOf(entry);
            for (var row = 0; row < rows; row++)
            {
                var logits = batch.Logits(entry, row);
                var id = request.Ids[request.First + _done];
                _sum += Math.Min(0, logits[id] - LogprobReader.LogSumExp(logits));
                _isGreedy &= LogitScan.IndexOfMax(logits) == id;
                _done++;
            }
        }

        public Likelihood Result() => Likelihood.Of(_sum, request.Scored, _isGreedy);
    }
}
