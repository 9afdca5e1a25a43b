using System.Globalization;
using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Scorers;

/// <summary>Whether an output keeps the <c>rule.*</c> facts of its row: every one of them, or what share.</summary>
/// <remarks>White space around the output does not count. Texts are compared as they are, letter case included.</remarks>
public sealed class RulesScorer : IScorer
{
    private readonly bool _isShare;

    /// <summary>Scores by all rules, or by their share.</summary>
    /// <param name="isShare">True for the share of rules kept; false for 1 when all are and else 0.</param>
    public RulesScorer(bool isShare = false) => _isShare = isShare;

    /// <inheritdoc/>
    public string Name => _isShare ? "rules-share" : "all-rules";

    /// <inheritdoc/>
    public MetricForm Form { get; } = MetricForm.Share("Gyre: docs/design/evaluation.md");

    /// <inheritdoc/>
    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(output);
        var rules = row.Facts.Where(fact => fact.Key.StartsWith(FactKeys.RulePrefix, StringComparison.Ordinal)).OrderBy(fact => fact.Key, StringComparer.Ordinal).ToArray();
        if (rules.Length == 0)
        {
            return ValueTask.FromResult(Score.Undefined($"the row gives no '{FactKeys.RulePrefix}*' facts"));
        }

        var text = output.Trim();
        var broken = new List<string>();
        foreach (var (key, value) in rules)
        {
            var rule = key[FactKeys.RulePrefix.Length..];
            if (Keeps(rule, value, text) is not { } keeps)
            {
                return ValueTask.FromResult(Score.Undefined($"the rule '{key}: {value}' is unknown; expected begins, ends, contains.NAME, lacks.NAME or most_words with a whole number"));
            }

            if (!keeps)
            {
                broken.Add(rule);
            }
        }

        var reason = broken.Count == 0 ? "" : $"broken: {string.Join(", ", broken)}";
        return ValueTask.FromResult(_isShare ? Score.Of(1 - ((double)broken.Count / rules.Length), reason) : Score.Pass(broken.Count == 0, reason));
    }

    private static bool? Keeps(string rule, string value, string text) => rule switch
    {
        "begins" => text.StartsWith(value, StringComparison.Ordinal),
        "ends" => text.EndsWith(value, StringComparison.Ordinal),
        "most_words" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length <= most : null,
        _ when rule.StartsWith("contains.", StringComparison.Ordinal) => text.Contains(value, StringComparison.Ordinal),
        _ when rule.StartsWith("lacks.", StringComparison.Ordinal) => !text.Contains(value, StringComparison.Ordinal),
        _ => null,
    };
}
