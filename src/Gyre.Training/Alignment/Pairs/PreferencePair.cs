using Gyre.Models.Templates;

namespace Gyre.Training.Alignment.Pairs;

/// <summary>Two answers to one conversation, of which one is preferred.</summary>
/// <param name="Prompt">The conversation, oldest first, ending before the answer.</param>
/// <param name="Chosen">The preferred answer.</param>
/// <param name="Rejected">The other one.</param>
/// <param name="Source">Where the pair comes from, for example a file and line.</param>
public sealed record PreferencePair(IReadOnlyList<ChatTurn> Prompt, string Chosen, string Rejected, string Source)
{
    /// <summary>By how much a reward model ought to prefer the chosen answer; 0 where nobody said.</summary>
    public double Margin { get; init; }
}
