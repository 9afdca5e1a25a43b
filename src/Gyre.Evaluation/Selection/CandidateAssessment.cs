namespace Gyre.Evaluation.Selection;

/// <summary>A candidate against everything that is asked of it.</summary>
/// <param name="Name">The candidate.</param>
/// <param name="Model">Its model, as the recipe names it.</param>
/// <param name="Digest">What tells its weights from others; empty when unknown.</param>
/// <param name="Limits">Every limit.</param>
/// <param name="Scores">Every objective, in the recipe's order.</param>
/// <param name="Value">The weighted mean of the scores; null when one is missing.</param>
/// <param name="Low">The lower end of its interval; with missing scores, the value if they were 0.</param>
/// <param name="High">The upper end; with missing scores, the value if they were 1.</param>
/// <param name="Rank">From 1, among those that keep all limits and miss no score; null for others.</param>
public sealed record CandidateAssessment(
    string Name, string Model, string Digest, IReadOnlyList<LimitCheck> Limits, IReadOnlyList<ObjectiveScore> Scores, double? Value, double Low, double High, int? Rank)
{
    /// <summary>True when a limit is not kept.</summary>
    public bool IsOut => Limits.Any(limit => limit.Verdict == LimitVerdict.NotMet);

    /// <summary>True when nothing speaks against it but something is unknown.</summary>
    public bool IsOpen => !IsOut && (Value is null || Limits.Any(limit => limit.Verdict == LimitVerdict.Unknown));
}
