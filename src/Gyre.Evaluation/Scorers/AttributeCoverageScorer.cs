using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Scorers;

/// <summary>The share of the row's <c>attribute.*</c> values that the output mentions, case and white space aside.</summary>
public sealed class AttributeCoverageScorer : IScorer
{
    /// <inheritdoc/>
    public string Name => "attribute-coverage";

    /// <inheritdoc/>
    public MetricForm Form { get; } = MetricForm.Share("Gyre: docs/design/evaluation.md");

    /// <inheritdoc/>
    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        var missing = Missing(row, output, out var count);
        return ValueTask.FromResult(count == 0
            ? Score.Undefined($"the row gives no '{FactKeys.AttributePrefix}*' facts")
            : Score.Of((count - missing.Count) / (double)count, missing.Count == 0 ? "" : $"missing: {string.Join(", ", missing)}"));
    }

    /// <summary>The names of the attributes that the output does not mention.</summary>
    internal static List<string> Missing(DatasetRow row, string output, out int count)
    {
        ArgumentNullException.ThrowIfNull(row);
        var text = TextComparison.NormalizeSpaces(output);
        var missing = new List<string>();
        count = 0;
        foreach (var (key, value) in row.Facts)
        {
            if (!key.StartsWith(FactKeys.AttributePrefix, StringComparison.Ordinal) || string.IsNullOrWhiteSpace(value))
            {
                continue;
            }

            count++;
            if (!TextComparison.ContainsPhrase(text, TextComparison.NormalizeSpaces(value)))
            {
                missing.Add(key[FactKeys.AttributePrefix.Length..]);
            }
        }

        return missing;
    }
}
