using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Scorers;

/// <summary>1 when the output holds anything but white space, else 0: the least that any task asks.</summary>
public sealed class NonEmptyScorer : IScorer
{
    /// <inheritdoc/>
    public string Name => "non-empty";

    /// <inheritdoc/>
    public MetricForm Form { get; } = MetricForm.Share("Gyre: docs/design/evaluation.md");

    /// <inheritdoc/>
    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Score.Pass(!string.IsNullOrWhiteSpace(output), "empty"));
}
