using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Scorers;

/// <summary>1 when the output is one sentence that mentions every <c>attribute.*</c> value of the row, else 0.</summary>
public sealed class SentenceFactsScorer : IScorer
{
    /// <inheritdoc/>
    public string Name => "one-sentence-facts";

    /// <inheritdoc/>
    public MetricForm Form { get; } = MetricForm.Share("Gyre: docs/design/evaluation.md");

    /// <inheritdoc/>
    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        var missing = AttributeCoverageScorer.Missing(row, output, out var count);
        return ValueTask.FromResult(
            count == 0 ? Score.Undefined($"the row gives no '{FactKeys.AttributePrefix}*' facts")
            : !IsOneSentence(output) ? Score.Of(0, "not one sentence")
            : Score.Pass(missing.Count == 0, $"missing: {string.Join(", ", missing)}"));
    }

    /// <summary>True when a text ends with its only sentence end: a mark before white space would be another.</summary>
    internal static bool IsOneSentence(string output)
    {
        var text = output.Trim();
        if (text.Length == 0 || text[^1] is not ('.' or '!' or '?'))
        {
            return false;
        }

        for (var i = 0; i < text.Length - 1; i++)
        {
            if (text[i] == '\n' || (text[i] is '.' or '!' or '?' && char.IsWhiteSpace(text[i + 1])))
            {
                return false;
            }
        }

        return true;
    }
}
