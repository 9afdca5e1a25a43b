using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Scorers;

/// <summary>1 when the whole output is the reference label, case, white space and a final full stop aside, else 0.</summary>
public sealed class LabelMatchScorer : IScorer
{
    /// <inheritdoc/>
    public string Name => "label-match";

    /// <inheritdoc/>
    public MetricForm Form { get; } = MetricForm.Share("Gyre: docs/design/evaluation.md");

    /// <inheritdoc/>
    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        return ValueTask.FromResult(string.IsNullOrWhiteSpace(row.Reference)
            ? Score.Undefined("the row has no reference label")
            : Score.Pass(Normalise(output) == Normalise(row.Reference), "another label, or more than the label"));
    }

    private static string Normalise(string text) => TextComparison.NormalizeSpaces(text).TrimEnd('.');
}
