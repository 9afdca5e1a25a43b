namespace Gyre.Evaluation.Experiments;

/// <summary>The candidate that an experiment chooses by one metric, among those that meet every demand.</summary>
/// <remarks>
/// Of those that meet every threshold and pass the gate without failed calls, the best by the metric is held against each of
/// the others with a paired test (Holm over them). Those that were not shown to be worse are alike, and the cheapest of the
/// alike is chosen; the baseline stays when it is among them, for a change needs a reason.
/// </remarks>
/// <param name="Scorer">The metric's scorer.</param>
/// <param name="Task">The task whose rows count; null for all.</param>
/// <param name="Chosen">The chosen candidate; null when none may be chosen.</param>
/// <param name="Ground">Why.</param>
/// <param name="Alike">Candidates beside the chosen one that were not shown to be worse than the best.</param>
/// <param name="Excluded">Candidates that miss a demand.</param>
public sealed record ExperimentChoice(
    string Scorer, string? Task, string? Chosen, ChoiceGround Ground, IReadOnlyList<string> Alike, IReadOnlyList<ChoiceExclusion> Excluded);
