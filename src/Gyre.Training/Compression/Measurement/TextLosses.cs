using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;
using Gyre.Models.Architectures;
using Gyre.Tensors.Autodiff;

namespace Gyre.Training.Compression.Measurement;

/// <summary>What the tokens of held-out windows cost a model, in nats, window by window.</summary>
internal static class TextLosses
{
    private const int MostTokens = 4096;

    /// <summary>Σ −log p and the number of predicted tokens, of each window; its first token is predicted by nothing.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tape">One that does not record.</param>
    /// <param name="windows">Token ids, two or more each.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static SampleStatistics Measure(TrainableDecoder model, Tape tape, IReadOnlyList<ScoredWindow> windows, CancellationToken cancellationToken)
    {
        var statistics = new (double Loss, double Tokens)[windows.Count];
        foreach (var alike in Enumerable.Range(0, windows.Count).GroupBy(i => windows[i].Inputs.Length))
        {
            foreach (var batch in alike.Chunk(Math.Max(1, MostTokens / alike.Key)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                int[] inputs = [.. batch.SelectMany(i => windows[i].Inputs)];
                int[] targets = [.. batch.SelectMany(i => windows[i].Targets)];
                var logs = model.LogProbabilities(tape, inputs, targets, [], batch.Length, alike.Key).Span;
                for (var row = 0; row < batch.Length; row++)
                {
                    var (sum, count) = (0.0, 0);
                    for (var i = row * alike.Key; i < (row + 1) * alike.Key; i++)
                    {
                        sum -= logs[i];
                        count += targets[i] >= 0 ? 1 : 0;
                    }

                    statistics[batch[row]] = (sum, count);
                }

                tape.Reset();
            }
        }

        var table = new SampleStatistics(2, windows.Count);
        foreach (var (loss, tokens) in statistics)
        {
            table.Add([loss, tokens]);
        }

        return table;
    }

    /// <summary>The mean cost of a token.</summary>
    public static MetricValue Mean(ReadOnlySpan<double> sums, long count) => MetricValue.Ratio(sums[0], sums[1], "predicted tokens");
}
