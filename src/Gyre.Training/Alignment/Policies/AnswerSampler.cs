using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Training.Alignment.Pairs;

namespace Gyre.Training.Alignment.Policies;

/// <summary>Lets a model answer many prompts, some together.</summary>
/// <remarks>An answer depends on its prompt and its source of chance alone, not on those that are written beside it. Owns: nothing.</remarks>
/// <param name="open">Gives the model with the weights as they are now; the sampler disposes it after each call.</param>
/// <param name="endIds">Tokens that end an answer.</param>
/// <param name="adapter">The loaded adapter that it answers through; null for none.</param>
internal sealed class AnswerSampler(Func<IDecoder> open, IReadOnlyList<int> endIds, string? adapter = null)
{
    /// <summary>Answers that are written at once.</summary>
    public const int MostTogether = 32;

    /// <summary>Answers prompts.</summary>
    /// <param name="prompts">What the model reads, each shorter than the context.</param>
    /// <param name="maxTokens">The most tokens of an answer.</param>
    /// <param name="temperature">Divides the logits; 0 takes the likeliest token.</param>
    /// <param name="random">The source of chance of an answer, by its index.</param>
    /// <returns>Prompts and answers; an answer that ended by itself has its end token.</returns>
    public EncodedAnswer[] Write(IReadOnlyList<int[]> prompts, int maxTokens, double temperature, Func<int, SeededRandom> random)
    {
        using var decoder = open();
        var answers = new EncodedAnswer[prompts.Count];
        var batch = new DecoderBatch();
        foreach (var part in Enumerable.Range(0, prompts.Count).Chunk(MostTogether))
        {
            var writing = part.Select(i => Open(i, decoder, prompts[i], Math.Min(maxTokens, decoder.ContextLength - prompts[i].Length), random(i))).ToList();
            try
            {
                foreach (var one in writing)
                {
                    one.Take(Choose(one.Session.Forward(one.Prompt), temperature, one.Random), endIds);
                }

                for (var open = writing.Where(one => !one.IsFinished).ToArray(); open.Length > 0; open = [.. open.Where(one => !one.IsFinished)])
                {
                    batch.Clear();
                    foreach (var one in open)
                    {
                        batch.Add(one.Session, [one.Written[^1]], LogitRows.Last);
                    }

                    decoder.Forward(batch);
                    for (var i = 0; i < open.Length; i++)
                    {
                        open[i].Take(Choose(batch.Logits(i, 0), temperature, open[i].Random), endIds);
                    }
                }

                foreach (var one in writing)
                {
                    answers[one.Index] = new EncodedAnswer(one.Prompt, [.. one.Written]);
                }
            }
            finally
            {
                writing.ForEach(one => one.Session.Dispose());
            }
        }

        return answers;
    }

    private static int Choose(ReadOnlySpan<float> logits, double temperature, SeededRandom random)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        if (temperature == 0)
        {
            return best;
        }

        var total = 0.0;
        foreach (var logit in logits)
        {
            total += Math.Exp((logit - logits[best]) / temperature);
        }

        var point = random.NextDouble() * total;
        for (var i = 0; i < logits.Length; i++)
        {
            point -= Math.Exp((logits[i] - logits[best]) / temperature);
            if (point < 0)
            {
                return i;
            }
        }

        return best;
    }

    private Writing Open(int index, IDecoder decoder, int[] prompt, int room, SeededRandom random) =>
        new(index, decoder.CreateSession(prompt.Length + Math.Max(1, room), adapter), prompt, room, random);

    private sealed class Writing(int index, IDecoderSession session, int[] prompt, int room, SeededRandom random)
    {
        public int Index { get; } = index;

        public int[] Prompt { get; } = prompt;

        public SeededRandom Random { get; } = random;

        public IDecoderSession Session { get; } = session;

        public List<int> Written { get; } = [];

        public bool IsFinished { get; private set; }

        public void Take(int token, IReadOnlyList<int> endIds)
        {
            Written.Add(token);
            IsFinished = endIds.Contains(token) || Written.Count >= room;
        }
    }
}
