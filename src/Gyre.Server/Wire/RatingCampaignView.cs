using System.ComponentModel;
using Gyre.Registry.Ratings;

namespace Gyre.Server.Wire;

/// <summary>A rating campaign as raters may see it: nothing of candidates.</summary>
[Description("A rating campaign as raters may see it: nothing of candidates.")]
internal sealed record RatingCampaignView
{
    [Description("Its name.")]
    public required string Name { get; init; }

    [Description("single: one output and questions; pairs: two outputs and which is better.")]
    public required string Form { get; init; }

    [Description("open or closed.")]
    public required string Status { get; init; }

    [Description("What raters read before they begin.")]
    public required string Instructions { get; init; }

    [Description("The questions, in order.")]
    public required IReadOnlyList<Question> Questions { get; init; }

    [Description("Reasons that raters may tick.")]
    public required IReadOnlyList<string> Reasons { get; init; }

    [Description("Whether raters write why: optional, required or none.")]
    public required string Comment { get; init; }

    [Description("How many raters each item shall have.")]
    public required int RatersWanted { get; init; }

    [Description("When it was made.")]
    public required DateTimeOffset CreatedAt { get; init; }

    [Description("When it was closed.")]
    public required DateTimeOffset? ClosedAt { get; init; }

    [Description("When results were first asked for while it was open.")]
    public required DateTimeOffset? UnblindedAt { get; init; }

    [Description("How far it is.")]
    public required Count Progress { get; init; }

    public static RatingCampaignView Of(RatingOverview overview)
    {
        var (campaign, progress) = overview;
        return new RatingCampaignView
        {
            Name = campaign.Name,
            Form = campaign.Rubric.Form == RatingForm.Single ? "single" : "pairs",
            Status = campaign.IsOpen ? "open" : "closed",
            Instructions = campaign.Rubric.Instructions,
            Questions =
            [
                .. campaign.Rubric.Questions.Select(question => new Question
                {
                    Name = question.Name,
                    Text = question.Text,
                    Definition = question.Definition,
                    Kind = question.Kind == RatingQuestionKind.YesNo ? "yes_no" : question.Kind.ToString().ToLowerInvariant(),
                    Options = [.. question.Options.Select(option => new Option { Value = option.Value, Text = option.Text })],
                }),
            ],
            Reasons = campaign.Rubric.Reasons,
            Comment = campaign.Rubric.Comment.ToString().ToLowerInvariant(),
            RatersWanted = campaign.RatersWanted,
            CreatedAt = campaign.CreatedAt,
            ClosedAt = campaign.ClosedAt,
            UnblindedAt = campaign.UnblindedAt,
            Progress = new Count
            {
                Items = progress.Items, Complete = progress.Complete, Ratings = progress.Ratings, Wanted = progress.Wanted,
                Repeats = progress.Repeats, Skips = progress.Skips, Reserved = progress.Reserved, Raters = progress.Raters,
            },
        };
    }

    /// <summary>A question.</summary>
    [Description("A question of the rubric.")]
    internal sealed record Question
    {
        [Description("What answers call it.")]
        public required string Name { get; init; }

        [Description("The question.")]
        public required string Text { get; init; }

        [Description("What is meant by it.")]
        public required string Definition { get; init; }

        [Description("scale, labels, yes_no or preference.")]
        public required string Kind { get; init; }

        [Description("The possible answers, in order.")]
        public required IReadOnlyList<Option> Options { get; init; }
    }

    /// <summary>A possible answer.</summary>
    [Description("A possible answer.")]
    internal sealed record Option
    {
        [Description("What is sent.")]
        public required string Value { get; init; }

        [Description("What it stands for; may be empty for a point of a scale.")]
        public required string Text { get; init; }
    }

    /// <summary>How far a campaign is.</summary>
    [Description("How far a campaign is.")]
    internal sealed record Count
    {
        [Description("Items.")]
        public required long Items { get; init; }

        [Description("Items with as many ratings as wanted.")]
        public required long Complete { get; init; }

        [Description("Ratings in force, repeats left aside.")]
        public required long Ratings { get; init; }

        [Description("Ratings wanted in all.")]
        public required long Wanted { get; init; }

        [Description("Ratings of items that came a second time.")]
        public required long Repeats { get; init; }

        [Description("Items that a rater skipped, each rater counted.")]
        public required long Skips { get; init; }

        [Description("Items that are before a rater now, each rater counted.")]
        public required long Reserved { get; init; }

        [Description("People who took part.")]
        public required long Raters { get; init; }
    }
}
