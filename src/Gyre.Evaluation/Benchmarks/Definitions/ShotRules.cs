using Gyre.Evaluation.Benchmarks.Items;

namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>Examples before a question.</summary>
/// <param name="Count">How many.</param>
/// <param name="Split">Where they are from.</param>
/// <param name="IsSeeded">True when the seed chooses them; false for the first of the split.</param>
/// <param name="IsPerSubject">True when they are of the question's subject.</param>
/// <param name="Answer">An example's answer, behind its question.</param>
internal sealed record ShotRules(int Count, string Split, bool IsSeeded, bool IsPerSubject, TextTemplate Answer);
