using Gyre.Evaluation.Judges;

namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>A skill that a judge rates.</summary>
/// <param name="Title">What the data call it.</param>
/// <param name="Rubric">Question and levels; its name is the skill's in metrics.</param>
internal sealed record SkillRule(string Title, Rubric Rubric);
