namespace Gyre.Registry.Ratings;

/// <summary>One question of a rubric.</summary>
/// <param name="Name">What answers and tables call it.</param>
/// <param name="Text">The question, as raters read it.</param>
/// <param name="Definition">What is meant by it, shown to the rater.</param>
/// <param name="Kind">What may be answered.</param>
/// <param name="Options">The possible answers, in order.</param>
public sealed record RatingQuestion(string Name, string Text, string Definition, RatingQuestionKind Kind, IReadOnlyList<RatingOption> Options)
{
    /// <summary>The name of the one question of a campaign of pairs.</summary>
    public const string Preference = "preference";

    /// <summary>The preference for the output on the rater's left.</summary>
    public const string Left = "left";

    /// <summary>The preference for the output on the rater's right.</summary>
    public const string Right = "right";

    /// <summary>Both outputs are equally good.</summary>
    public const string Tie = "tie";

    /// <summary>Neither output is good.</summary>
    public const string BothBad = "both_bad";

    internal const string Yes = "yes";
    internal const string No = "no";

    internal static IReadOnlyList<RatingOption> PreferenceOptions { get; } =
        [new(Left, "The left is better"), new(Right, "The right is better"), new(Tie, "Equally good"), new(BothBad, "Both are bad")];
}
