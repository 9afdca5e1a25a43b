using Gyre.Evaluation.Judges;

namespace Gyre.Evaluation.Recipes;

/// <summary>A model that judges, as a recipe names it.</summary>
/// <param name="Name">Under which metrics name it.</param>
/// <param name="Model">The alias or path of the model.</param>
/// <param name="Options">How it is asked.</param>
/// <param name="Server">Where the model answers; null for a model of this machine.</param>
public sealed record JudgeRecipe(string Name, string Model, JudgeOptions Options, ServerRecipe? Server = null);
