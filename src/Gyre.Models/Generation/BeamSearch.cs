using Gyre.Models.Architectures;

namespace Gyre.Models.Generation;

/// <summary>Finds likely continuations of a prompt by keeping the best few at every step.</summary>
/// <remarks>
/// At a step every kept sequence is continued by every token; of the best 2·beams of these, those that end are finished
/// when they are among the first beams, and the best others are kept. The search ends when no kept sequence can become
/// better than the worst of as many finished answers as beams, or at the limit, where what is kept is finished as it is.
/// <para>Equal scores: the earlier sequence first, then the lower id. The same bits for any number of threads.</para>
/// <para>Source: the rules of Hugging Face Transformers' beam search (early_stopping false or true). The tests hold it
/// against an exhaustive search; the reference's own goldens are of encoder–decoder models, which are not built yet.</para>
/// <para>Memory: a session for each beam, and beams × vocabulary numbers. Not for several threads.</para>
/// </remarks>
/// <param name="decoder">The network.</param>
/// <param name="vocabularySize">Ids below this may be chosen: the tokenizer's, which may know fewer than the network.</param>
/// <param name="endIds">Tokens that end an answer.</param>
public sealed class BeamSearch(IDecoder decoder, int vocabularySize, IReadOnlyList<int> endIds)
{
    private readonly int _vocabulary = Math.Min(vocabularySize, decoder.VocabularySize);

    /// <summary>Searches; the best answer comes first.</summary>
    /// <remarks>
    /// Blocking. Errors: <see cref="ModelException"/> RUN0302 for options or a prompt that cannot be, RUN0301 for a
    /// prompt that fills the context, and those of <see cref="IDecoderSession.Forward"/> and <see cref="IDecoder.CreateSession(int)"/>.
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

        PromptCheck.Require(prompt, decoder);
        var maxTokens = Math.Min(options.MaxTokens, decoder.ContextLength - prompt.Count);
        var sessions = new List<IDecoderSession>();
        try
        {
            for (var i = 0; i < options.Beams; i++)
            {
                sessions.Add(decoder.CreateSession(prompt.Count + maxTokens));
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
        LogSoftmax(sessions[0].Forward([.. prompt]), logProbabilities.AsSpan(0, vocabulary));
        List<Beam> beams = [new([], 0, sessions[0])];
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

            if (IsDone(finished, candidates[0].LogProbability, length, options) || kept.Count == 0)
            {
                return Top(finished, options);
            }

            beams = Continue(kept, sessions);
            for (var i = 0; length < maxTokens && i < beams.Count; i++)
            {
                LogSoftmax(beams[i].Session.Forward([beams[i].Ids[^1]]), logProbabilities.AsSpan(i * vocabulary, vocabulary));
            }
        }

        foreach (var beam in beams)
        {
            Finish(finished, beam.Ids, beam.LogProbability, FinishReason.Length, options);
        }

        return Top(finished, options);
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

    private static bool IsDone(List<BeamAnswer> finished, double bestLogProbability, int length, BeamSearchOptions options) =>
        finished.Count >= options.Beams
        && (options.StopsEarly || finished.Min(answer => answer.Score) >= Score(bestLogProbability, length, options));

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
