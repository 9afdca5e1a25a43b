using System.ComponentModel;
using Gyre.Registry.Ratings;

namespace Gyre.Server.Wire;

/// <summary>An item before a rater, without anything that says who wrote it.</summary>
[Description("An item before a rater, without anything that says who wrote it.")]
internal sealed record RatingAssignmentView
{
    [Description("Names it in later calls.")]
    public required string Id { get; init; }

    [Description("Its place in the rater's order, from 1.")]
    public required int Number { get; init; }

    [Description("reserved, rated, skipped or expired.")]
    public required string State { get; init; }

    [Description("What was asked.")]
    public required string Prompt { get; init; }

    [Description("The wanted answer; empty for none.")]
    public required string Reference { get; init; }

    [Description("What else a rater must know; empty for none.")]
    public required string Context { get; init; }

    [Description("The texts: one, or the left and the right.")]
    public required IReadOnlyList<string> Outputs { get; init; }

    [Description("What the rater said, or began to say.")]
    public required Said? Answer { get; init; }

    [Description("Why it was skipped; empty when it was not.")]
    public required string SkipReason { get; init; }

    [Description("Until when it is kept for the rater.")]
    public required DateTimeOffset ExpiresAt { get; init; }

    public static RatingAssignmentView Of(RatingAssignment assignment) => new()
    {
        Id = assignment.Id,
        Number = assignment.Number,
        State = assignment.State.ToString().ToLowerInvariant(),
        Prompt = assignment.Prompt,
        Reference = assignment.Reference,
        Context = assignment.Context,
        Outputs = assignment.Outputs,
        Answer = assignment.Answer is not { } answer ? null : new Said { Values = answer.Values, Reasons = answer.Reasons, Comment = answer.Comment },
        SkipReason = assignment.SkipReason,
        ExpiresAt = assignment.ExpiresAt,
    };

    /// <summary>What a rater said.</summary>
    [Description("What a rater said.")]
    internal sealed record Said
    {
        [Description("The answer to each question by its name; preferences are left, right, tie or both_bad.")]
        public required IReadOnlyDictionary<string, string> Values { get; init; }

        [Description("The reasons that were ticked.")]
        public required IReadOnlyList<string> Reasons { get; init; }

        [Description("Free text.")]
        public required string Comment { get; init; }
    }
}
