using Gyre.Evaluation.Benchmarks.Items;

namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>The answers to choose from.</summary>
/// <param name="Sources">Where they come from, in order.</param>
/// <param name="Gold">Which of them are right.</param>
/// <param name="Continuation">An answer as it follows the question.</param>
/// <param name="Unconditional">A context without the question, for the likelihood that the answer has anyway; null for none.</param>
/// <param name="IsShuffled">True when the order is drawn for each item, for data whose right answer has a fixed place.</param>
/// <param name="Asked">The question for models that write: with lettered answers.</param>
internal sealed record ChoiceRules(IReadOnlyList<ChoiceSource> Sources, GoldRule Gold, TextTemplate Continuation, TextTemplate? Unconditional, bool IsShuffled, TextTemplate Asked);
