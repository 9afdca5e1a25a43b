namespace Gyre.Models.Encoders;

/// <summary>How <see cref="QuestionAnswerer"/> looks for answers. Immutable.</summary>
public sealed record AnswerOptions
{
    /// <summary>The most answers that are returned; 1 to 100, default 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The most tokens of an answer; 1 or more, default 15.</summary>
    public int MaxAnswerTokens { get; init; } = 15;

    /// <summary>
    /// How many tokens of a text that is too long for one window are read again in the next; 0 or more, default 128, and
    /// never more than half of what a window holds.
    /// </summary>
    public int Overlap { get; init; } = 128;
}
