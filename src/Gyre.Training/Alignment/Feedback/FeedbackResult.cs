using Gyre.Training.Alignment.Pairs;

namespace Gyre.Training.Alignment.Feedback;

/// <summary>What AI feedback gave.</summary>
/// <param name="Pairs">The preferences, in the prompts' order.</param>
/// <param name="Prompts">Prompts that were to be worked on.</param>
/// <param name="Done">Prompts that were worked on; fewer when calls kept failing.</param>
/// <param name="Ties">Prompts whose answers were equal or whose verdict changed with their order.</param>
/// <param name="Unreadable">Prompts without a usable reply or verdict.</param>
/// <param name="Failed">Prompts of which a call failed.</param>
/// <param name="Fault">The first reason for a missing pair; empty when none is missing.</param>
public sealed record FeedbackResult(IReadOnlyList<PreferencePair> Pairs, int Prompts, int Done, int Ties, int Unreadable, int Failed, string Fault)
{
    /// <summary>True when not all prompts were worked on.</summary>
    public bool IsPartial => Done < Prompts;
}
