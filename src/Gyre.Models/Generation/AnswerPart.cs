
namespace Gyre.Models.Generation;

/// <summary>A piece of an answer.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Text, name or fragment.</param>
public sealed record AnswerPart(AnswerPartKind Kind, string Text)
{
    /// <summary>The call's place among the answer's calls, from 0.</summary>
    public int CallIndex { get; init; }

    /// <summary>The call's id; with <see cref="AnswerPartKind.CallBegin"/>.</summary>
    public string CallId { get; init; } = "";

    /// <summary>Of the text's tokens, where asked for.</summary>
    public IReadOnlyList<TokenLogprob> Logprobs { get; init; } = [];

    /// <summary>Why the answer ended; with <see cref="AnswerPartKind.Finish"/>.</summary>
    public AnswerEnd End { get; init; }

    /// <summary>The stop text that came; with <see cref="AnswerEnd.StopText"/>, where it is known.</summary>
    public string? StopText { get; init; }

    /// <summary>What the answer took; with <see cref="AnswerPartKind.Finish"/>.</summary>
    public GenerationUsage? Usage { get; init; }
}
