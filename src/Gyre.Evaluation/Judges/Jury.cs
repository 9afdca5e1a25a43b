using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Judges;

/// <summary>Several judges with the same question, usually of different models; their disagreement is recorded.</summary>
/// <remarks>
/// More than half of the members must have a value; otherwise the score is undefined for the first missing one's reason.
/// <para>Source: Verga et al., "Replacing Judges with Juries", 2024.</para>
/// </remarks>
public sealed class Jury : IRemarkingScorer
{
    private readonly IReadOnlyList<IScorer> _members;
    private readonly JuryRule _rule;

    /// <summary>Takes members.</summary>
    /// <param name="name">What tables call the jury.</param>
    /// <param name="members">Two or more scorers of width 1 whose numbers have the same direction and range.</param>
    /// <param name="rule">How their values become one.</param>
    public Jury(string name, IReadOnlyList<IScorer> members, JuryRule rule = JuryRule.Majority)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(members);
        if (members.Count < 2)
        {
            throw new ArgumentException($"Make the jury '{name}': found {members.Count} members; expected two or more.", nameof(members));
        }

        var form = members[0].Form;
        if (members.FirstOrDefault(member => member.Width != 1 || (member.Form.Direction, member.Form.Least, member.Form.Greatest) != (form.Direction, form.Least, form.Greatest)) is { } other)
        {
            throw new ArgumentException($"Make the jury '{name}': '{other.Name}' measures something else than '{members[0].Name}'; expected one direction and range, and values that are means.", nameof(members));
        }

        (Name, _members, _rule) = (name, members, rule);
        Form = form with { Source = $"Gyre: docs/design/evaluation-judges.md; {(rule == JuryRule.Mean ? "mean" : "majority")} of {string.Join(" | ", members.Select(member => member.Form.Source))}" };
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MetricForm Form { get; }

    /// <summary>Asks every member.</summary>
    public async Task<JuryVerdict> JudgeAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        var scores = new Score[_members.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = await _members[i].ScoreAsync(row, output, cancellationToken);
        }

        double[] values = [.. scores.Where(score => score.Value is not null).Select(score => score.Value!.Value)]; // Filtered just now.
        double? disagreement = values.Length < 2 ? null : DisagreementOf(values);
        if (2 * values.Length <= scores.Length)
        {
            var missing = scores.First(score => score.Value is null);
            var cause = missing.Result.Reason!.Cause; // An undefined value has a reason.
            return new JuryVerdict(Score.Undefined(cause, $"{scores.Length - values.Length} of {scores.Length} members have no verdict, the first because: {missing.Reason}"), scores, disagreement);
        }

        var reason = $"{(disagreement > 0 ? "members disagree" : "members agree")}: {string.Join("; ", scores.Select((score, i) => $"{i + 1}: {(score.Value is { } value ? $"{value:0.###}" : "none")}{(score.Reason.Length == 0 ? "" : $" ({score.Reason})")}"))}";
        return new JuryVerdict(Score.OfNumber(_rule == JuryRule.Mean ? values.Average() : MajorityOf(values), reason), scores, disagreement);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ScorerRemark> Remarks(ComparisonOptions options, CancellationToken cancellationToken) =>
        [.. _members.Index().Where(member => member.Item is IRemarkingScorer).SelectMany(member => ((IRemarkingScorer)member.Item).Remarks(options, cancellationToken).Select(remark => remark with { Scorer = Name, Name = $"{remark.Name} (member {member.Index + 1})" }))];

    /// <inheritdoc/>
    public async ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken) => (await JudgeAsync(row, output, cancellationToken)).Score;

    private static double MajorityOf(double[] values)
    {
        var counts = values.CountBy(value => value).ToArray();
        var most = counts.Max(pair => pair.Value);
        return counts.Where(pair => pair.Value == most).Average(pair => pair.Key);
    }

    private static double DisagreementOf(double[] values)
    {
        var pairs = values.Length * (values.Length - 1) / 2.0;
        var equal = values.CountBy(value => value).Sum(pair => pair.Value * (pair.Value - 1) / 2.0);
        return (pairs - equal) / pairs;
    }
}
