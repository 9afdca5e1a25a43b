namespace Gyre.Registry.Ratings;

/// <summary>An item as one rater sees it: without candidates, ids of rows, or whether it is a repeat.</summary>
/// <param name="Id">Names it in later calls; random, so that it tells nothing.</param>
/// <param name="Number">Its place in the rater's order, from 1.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Prompt">What was asked.</param>
/// <param name="Reference">The wanted answer; empty for none.</param>
/// <param name="Context">What else the rater must know; empty for none.</param>
/// <param name="Outputs">The texts: one, or left and right.</param>
/// <param name="Answer">What the rater said, or began to say; null for nothing yet.</param>
/// <param name="SkipReason">Why it was skipped; empty when it was not.</param>
/// <param name="ExpiresAt">Until when it is kept for the rater.</param>
public sealed record RatingAssignment(
    string Id,
    int Number,
    RatingAssignmentState State,
    string Prompt,
    string Reference,
    string Context,
    IReadOnlyList<string> Outputs,
    RatingAnswer? Answer,
    string SkipReason,
    DateTimeOffset ExpiresAt);
