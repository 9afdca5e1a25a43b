using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Scorers;

/// <summary>1 when output and reference are equal after the SQuAD normalisation, else 0.</summary>
/// <remarks>Source: Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text", 2016.</remarks>
public sealed class ExactMatchScorer : IScorer
{
    /// <inheritdoc/>
    public string Name => "exact-match";

    /// <inheritdoc/>
    public MetricForm Form { get; } = MetricForm.Share("Rajpurkar et al. 2016");

    /// <inheritdoc/>
    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var reference = TextComparison.NormalizeAnswer(row.Reference);
        return ValueTask.FromResult(reference.Length == 0
            ? Score.Undefined("the row's reference is empty after normalisation")
            : Score.Pass(TextComparison.NormalizeAnswer(output) == reference, "differs from the reference"));
    }
}
