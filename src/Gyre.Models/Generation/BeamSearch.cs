using Gyre.Models.Architectures;

namespace Gyre.Models.Generation;

/// <summary>Finds likely continuations of a prompt by keeping the best few at every step.</summary>
/// <remarks>
/// At a step every kept sequence is continued by every token; of the best 2·beams of these, those that end are finished
/// when they are among the first beams, and the best others are kept. The search ends when no kept sequence can become
/// better than the worst of as many finished answers as beams, or at the limit, where what is kept is finished as it is.
/// <para>Equal scores: the earlier sequence first, then the lower id. The same bits for any number of threads.</para>
/// <para>The kept sequences run as one batch; they share the pages of what they have in common.</para>
/// <para>Source: the rules of Hugging Face Transformers' beam search (early_stopping false, true or "never"). The tests
/// hold it against an exhaustive search and against the reference's answers and scores.</para>
/// <para>Memory: a session for each beam, and beams × vocabulary numbers. Not for several threads.</para>
/// </remarks>
/// <param name="decoder">The network.</param>
/// <param name="vocabularySize">Ids below this may be chosen: the tokenizer's, which may know fewer than the network.</param>
/// <param name="endIds">Tokens that end an answer.</param>
public sealed class BeamSearch(IDecoder decoder, int vocabularySize, IReadOnlyList<int> endIds)
{
    private readonly int _vocabulary = Math.Min(vocabularySize, decoder.VocabularySize);
    private readonly DecoderBatch _batch = new();

    /// <summary>Searches; the best answer comes first.</summary>
    /// <remarks>
    /// Blocking. Errors: <see cref="ModelException"/> RUN0302 for options or a prompt that cannot be, RUN0301 for a
    /// prompt that fills the context, and those of <see cref="IDecoderSession.Forward"/> and <see cref="IDecoder.CreateSession(int, string)"/>.
    /// </remarks>
    public IReadOnlyList<BeamAnswer> Run(IReadOnlyList<int> prompt, BeamSearchOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(options);
        var faults = options.Validate();
        if (faults.Count > 0)
        {
            throw new ModelException("RUN0302", "Generation refused: " + string.Join(" ", faults));
        }

        using var adapter = options.Adapter is null ? null : decoder.UseAdapter(options.Adapter);
        var virtualTokens = adapter?.VirtualTokens ?? 0;
        PromptCheck.Require(prompt, decoder, virtualTokens);
        var maxTokens = Math.Min(options.MaxTokens, decoder.ContextLength - prompt.Count - virtualTokens);
        var sessions = new List<IDecoderSession>();
        try
        {
            for (var i = 0; i < options.Beams; i++)
            {
                sessions.Add(adapter is null ? decoder.CreateSession(prompt.Count + maxTokens) : decoder.CreateSession(adapter, prompt.Count + maxTokens));
            }

            return Search(prompt, options, maxTokens, sessions, cancellationToken);
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    private List<BeamAnswer> Search(
        IReadOnlyList<int> prompt, BeamSearchOptions options, int maxTokens, List<IDecoderSession> sessions, CancellationToken cancellationToken)
    {
        var vocabulary = _vocabulary;
        var logProbabilities = new double[options.Beams * vocabulary];
        List<Beam> beams = [new([], 0, sessions[0])];
        Weigh(sessions[0].Forward([.. prompt]), prompt, beams[0], options, maxTokens, logProbabilities.AsSpan(0, vocabulary));
        var finished = new List<BeamAnswer>();
        for (var length = 1; length <= maxTokens; length++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var candidates = Best(beams, logProbabilities, vocabulary, 2 * options.Beams);
            var kept = new List<(Candidate Candidate, Beam Parent)>();
            for (var rank = 0; rank < candidates.Count && kept.Count < options.Beams; rank++)
            {
                var candidate = candidates[rank];
                var parent = beams[candidate.Beam];
                if (!endIds.Contains(candidate.Token))
                {
                    kept.Add((candidate, parent));
                }
                else if (rank < options.Beams)
                {
                    Finish(finished, [.. parent.Ids, candidate.Token], candidate.LogProbability, FinishReason.Stop, options);
                }
            }

            if (IsDone(finished, candidates[0].LogProbability, length, maxTokens, options) || kept.Count == 0)
            {
                return Top(finished, options);
            }

            beams = Continue(kept, sessions);
            if (length < maxTokens)
            {
                Step(prompt, beams, options, maxTokens, logProbabilities);
            }
        }

        foreach (var beam in beams)
        {
            Finish(finished, beam.Ids, beam.LogProbability, FinishReason.Length, options);
        }

        return Top(finished, options);
    }

    /// <summary>Runs the beams' last tokens, as many beams together as a batch takes.</summary>
    private void Step(IReadOnlyList<int> prompt, List<Beam> beams, BeamSearchOptions options, int maxTokens, double[] logProbabilities)
    {
        for (var first = 0; first < beams.Count;)
        {
            _batch.Clear();
            var end = Math.Min(beams.Count, first + decoder.MaxBatchTokens);
            for (var i = first; i < end; i++)
            {
                _batch.Add(beams[i].Session, [beams[i].Ids[^1]], LogitRows.Last);
            }

            decoder.Forward(_batch);
            for (var i = first; i < end; i++)
            {
                if (!_batch.IsFinite(i - first))
                {
                    ThrowNotFinite(beams[i]);
                }

                Weigh(_batch.Logits(i - first, 0), prompt, beams[i], options, maxTokens, logProbabilities.AsSpan(i * _vocabulary, _vocabulary));
            }

            first = end;
        }
    }

    /// <summary>Runs the token alone, so that the network tells where it went wrong.</summary>
    private static void ThrowNotFinite(Beam beam)
    {
        beam.Session.Truncate(beam.Session.Position - 1);
        beam.Session.Forward([beam.Ids[^1]]);
        throw new ModelException(
            "RUN0304",
            $"Search stopped: the model produced logits that are not finite numbers at position {beam.Session.Position}; expected finite values. "
            + "The weights may be damaged: check them with 'gyre doctor' or fetch the model again.");
    }

    /// <summary>What each id adds to a beam's log-probability, where the rules allow it.</summary>
    private void Weigh(
        ReadOnlySpan<float> logits, IReadOnlyList<int> prompt, Beam beam, BeamSearchOptions options, int maxTokens, Span<double> destination)
    {
        LogSoftmax(logits, destination);
        if (options.Rules is { IsEmpty: false } rules)
        {
            rules.Apply([.. prompt, .. beam.Ids], prompt.Count, maxTokens, endIds, destination);
        }
    }

    /// <summary>The best continuations of all beams, best first.</summary>
    private static List<Candidate> Best(List<Beam> beams, double[] logProbabilities, int vocabulary, int count)
    {
        // The worst of the best so far comes out first: lower scores, and of equal ones the later beam and higher id.
        var queue = new PriorityQueue<Candidate, (double, int, int)>(count + 1);
        for (var beam = 0; beam < beams.Count; beam++)
        {
            for (var token = 0; token < vocabulary; token++)
            {
                var score = beams[beam].LogProbability + logProbabilities[(beam * vocabulary) + token];
                if (queue.Count == count && score <= queue.Peek().LogProbability)
                {
                    continue;
                }

                queue.Enqueue(new Candidate(beam, token, score), (score, -beam, -token));
                if (queue.Count > count)
                {
                    queue.Dequeue();
                }
            }
        }

        var best = new List<Candidate>(queue.Count);
        while (queue.TryDequeue(out var candidate, out _))
        {
            best.Add(candidate);
        }

        best.Reverse();
        return best;
    }

    /// <summary>Gives every kept sequence a session that has read its parent; a parent's own goes to its first child.</summary>
    private static List<Beam> Continue(List<(Candidate Candidate, Beam Parent)> kept, List<IDecoderSession> sessions)
    {
        var used = kept.Select(child => child.Parent.Session).ToHashSet();
        var free = new Queue<IDecoderSession>(sessions.Where(session => !used.Contains(session)));
        var beams = new List<Beam>(kept.Count);
        foreach (var (candidate, parent) in kept)
        {
            var session = parent.Session;
            if (!used.Remove(session))
            {
                session = free.Dequeue();
                session.CopyFrom(parent.Session);
            }

            beams.Add(new Beam([.. parent.Ids, candidate.Token], candidate.LogProbability, session));
        }

        return beams;
    }

    private static void Finish(List<BeamAnswer> finished, int[] ids, double logProbability, FinishReason reason, BeamSearchOptions options)
    {
        finished.Add(new BeamAnswer(ids, logProbability, Score(logProbability, ids.Length, options), reason));
        if (finished.Count > options.Beams)
        {
            // Of equal ones the later goes.
            finished.RemoveAt(finished.FindLastIndex(answer => answer.Score == finished.Min(other => other.Score)));
        }
    }

    private static bool IsDone(List<BeamAnswer> finished, double bestLogProbability, int length, int maxTokens, BeamSearchOptions options)
    {
        if (finished.Count < options.Beams || options.StopsEarly)
        {
            return finished.Count >= options.Beams;
        }

        var judged = options.IsPatient && options.LengthPenalty > 0 ? maxTokens : length;
        return finished.Min(answer => answer.Score) >= Score(bestLogProbability, judged, options);
    }

    private static double Score(double logProbability, int length, BeamSearchOptions options) => logProbability / Math.Pow(length, options.LengthPenalty);

    private static List<BeamAnswer> Top(List<BeamAnswer> finished, BeamSearchOptions options) =>
        [.. finished.OrderByDescending(answer => answer.Score).Take(options.Answers)];

    /// <summary>The log-probabilities of the ids that may be chosen, of the network's whole distribution.</summary>
    private static void LogSoftmax(ReadOnlySpan<float> logits, Span<double> destination)
    {
        var normaliser = LogprobReader.LogSumExp(logits);
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = logits[i] - normaliser;
        }
    }

    private readonly record struct Candidate(int Beam, int Token, double LogProbability);

    private sealed record Beam(int[] Ids, double LogProbability, IDecoderSession Session);
}
