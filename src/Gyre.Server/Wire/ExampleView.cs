using System.ComponentModel;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Reports.Examples;

namespace Gyre.Server.Wire;

/// <summary>A row of an experiment with all answers.</summary>
[Description("A row of an experiment with all answers.")]
internal sealed record ExampleView
{
    [Description("Its place in the dataset, from 1.")]
    public required long Number { get; init; }

    [Description("Its id.")]
    public required string Id { get; init; }

    [Description("Its task.")]
    public required string Task { get; init; }

    [Description("What was asked; long texts lose their middle.")]
    public required string Prompt { get; init; }

    [Description("What was wanted; may be empty.")]
    public required string Reference { get; init; }

    [Description("An answer a candidate.")]
    public required IReadOnlyList<Reply> Answers { get; init; }

    public static ExampleView Of(Example example, ExperimentResult result) => new()
    {
        Number = example.Number,
        Id = example.Id,
        Task = example.Task,
        Prompt = example.Prompt,
        Reference = example.Reference,
        Answers = [.. example.Answers.Select((answer, place) => new Reply
        {
            Candidate = result.Candidates[place].Name,
            Output = answer.Output,
            Error = answer.Error,
            Milliseconds = answer.Milliseconds,
            Trace = answer.Trace,
            Scores = [.. answer.Scores.Select(score => new Score { Metric = score.Scorer, Value = score.Value, Reason = score.Reason })],
        })],
    };

    [Description("What a candidate wrote.")]
    internal sealed record Reply
    {
        [Description("The candidate.")]
        public required string Candidate { get; init; }

        [Description("Its answer; null when the call failed.")]
        public required string? Output { get; init; }

        [Description("Why the call failed; null when it did not.")]
        public required string? Error { get; init; }

        [Description("What the call took.")]
        public required double? Milliseconds { get; init; }

        [Description("The id of the call's trace; null when it was not traced.")]
        public required string? Trace { get; init; }

        [Description("What the metrics say of it.")]
        public required IReadOnlyList<Score> Scores { get; init; }
    }

    [Description("What a metric says of an answer.")]
    internal sealed record Score
    {
        [Description("The metric.")]
        public required string Metric { get; init; }

        [Description("Its value; null when there is none.")]
        public required double? Value { get; init; }

        [Description("Why there is none, or what is said of the value; may be empty.")]
        public required string Reason { get; init; }
    }
}
