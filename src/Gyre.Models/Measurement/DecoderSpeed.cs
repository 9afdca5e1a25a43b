using Gyre.Models.Architectures;

namespace Gyre.Models.Measurement;

/// <summary>Measures a network's tokens per second, without sampling and text.</summary>
public sealed class DecoderSpeed(IDecoder decoder, TimeProvider clock)
{
    /// <summary>Tokens that each stream has read before it generates, when there are several.</summary>
    public const int StreamPrompt = 16;

    private const int Step = 37;

    /// <summary>Runs a test once.</summary>
    /// <returns>Tokens per second of all streams together.</returns>
    /// <remarks>
    /// Nothing is taken from sequences that were read before.
    /// <para>Errors: <see cref="ModelException"/> <c>RUN0404</c> a context that is too short, <c>RUN0310</c> too little cache.</para>
    /// </remarks>
    public double Measure(SpeedTest test, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(test.Tokens, 1, nameof(test));
        ArgumentOutOfRangeException.ThrowIfLessThan(test.Streams, 1, nameof(test));
        var sessions = new List<IDecoderSession>();
        try
        {
            var prompt = test.Kind == SpeedTestKind.Prompt ? 0 : test.Streams > 1 ? StreamPrompt : 0;
            for (var i = 0; i < test.Streams; i++)
            {
                var session = decoder.CreateSession(prompt + test.Tokens);
                sessions.Add(session);
                if (prompt > 0)
                {
                    session.Forward(Tokens(prompt, i));
                }
            }

            var start = clock.GetTimestamp();
            if (test.Kind == SpeedTestKind.Prompt)
            {
                sessions.ForEach(session => session.Forward(Tokens(test.Tokens, 0)));
            }
            else
            {
                Generate(sessions, test.Tokens, cancellationToken);
            }

            return test.Tokens * test.Streams / clock.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    private void Generate(List<IDecoderSession> sessions, int count, CancellationToken cancellationToken)
    {
        var batch = new DecoderBatch();
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var first = 0; first < sessions.Count; first += decoder.MaxBatchTokens)
            {
                batch.Clear();
                for (var s = first; s < Math.Min(sessions.Count, first + decoder.MaxBatchTokens); s++)
                {
                    batch.Add(sessions[s], [(s + (i * Step)) % decoder.VocabularySize], LogitRows.Last);
                }

                decoder.Forward(batch);
            }
        }
    }

    private int[] Tokens(int count, int first) => [.. Enumerable.Range(first, count).Select(i => i * Step % decoder.VocabularySize)];
}
