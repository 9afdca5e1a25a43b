namespace Gyre.Evaluation.Experiments;

/// <summary>A question that is asked before the last one, for candidates that answer in several steps.</summary>
/// <param name="Name">Under which later templates name its answer: <c>{step.NAME}</c>.</param>
/// <param name="Template">What is asked.</param>
public sealed record ChatStep(string Name, PromptTemplate Template);
