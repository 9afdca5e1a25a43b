namespace Gyre.Registry.Ratings;

/// <summary>What a rater has before them.</summary>
public enum RatingForm
{
    /// <summary>One output and the questions of a rubric.</summary>
    Single,

    /// <summary>Two outputs side by side, and which is better.</summary>
    Pairs,
}
