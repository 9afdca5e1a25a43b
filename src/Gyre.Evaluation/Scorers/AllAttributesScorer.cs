using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Scorers;

/// <summary>1 when the output mentions every <c>attribute.*</c> value of the row, else 0.</summary>
public sealed class AllAttributesScorer : IScorer
{
    /// <inheritdoc/>
    public string Name => "all-attributes";

    /// <inheritdoc/>
    public MetricForm Form { get; } = MetricForm.Share("Gyre: docs/design/evaluation.md");

    /// <inheritdoc/>
    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        var missing = AttributeCoverageScorer.Missing(row, output, out var count);
        return ValueTask.FromResult(count == 0
            ? Score.Undefined($"the row gives no '{FactKeys.AttributePrefix}*' facts")
            : Score.Pass(missing.Count == 0, $"missing: {string.Join(", ", missing)}"));
    }
}
