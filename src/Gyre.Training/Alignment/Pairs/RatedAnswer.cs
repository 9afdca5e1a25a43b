using Gyre.Models.Templates;

namespace Gyre.Training.Alignment.Pairs;

/// <summary>One answer to a conversation, wanted or not.</summary>
/// <param name="Prompt">The conversation, oldest first, ending before the answer.</param>
/// <param name="Answer">The answer.</param>
/// <param name="IsDesirable">Whether it is wanted.</param>
/// <param name="Source">Where it comes from.</param>
public sealed record RatedAnswer(IReadOnlyList<ChatTurn> Prompt, string Answer, bool IsDesirable, string Source);
