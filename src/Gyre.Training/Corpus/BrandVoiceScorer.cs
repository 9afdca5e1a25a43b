using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Evaluation.Metrics;

namespace Gyre.Training.Corpus;

/// <summary>The share of the brand guide's checkable rules that a product text keeps; the reason names those it breaks.</summary>
public sealed class BrandVoiceScorer : IScorer
{
    /// <inheritdoc/>
    public string Name => "brand-voice";

    /// <inheritdoc/>
    public MetricForm Form { get; } = MetricForm.Share("Gyre: docs/design/training-alignment.md");

    /// <inheritdoc/>
    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        var broken = BrandVoice.Broken(row, output);
        return ValueTask.FromResult(Score.Of(1 - (broken.Count / (double)BrandVoice.Rules.Count), string.Join(", ", broken)));
    }
}
