using Gyre.Evaluation.Benchmarks.Items;

namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>A program that a model writes.</summary>
/// <param name="Program">The program with its tests; <c>{completion}</c> is what the model wrote.</param>
/// <param name="Whole">The same when the model wrote the whole function.</param>
/// <param name="Stop">Texts behind which a continued program is cut off; a whole function is not cut.</param>
/// <param name="EntryPoint">The function that the tests call; may be empty.</param>
internal sealed record CodeRules(TextTemplate Program, TextTemplate Whole, IReadOnlyList<string> Stop, TextTemplate EntryPoint);
