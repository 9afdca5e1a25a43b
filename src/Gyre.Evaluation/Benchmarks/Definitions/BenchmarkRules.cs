namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>How a benchmark's files become questions, and answers numbers.</summary>
/// <param name="Splits">The parts of its data, by name.</param>
/// <param name="Source">The form of its files.</param>
/// <param name="Items">What identifies and describes an item.</param>
/// <param name="Prompt">What a model is asked.</param>
/// <param name="Shots">Examples before a question.</param>
/// <param name="Choices">The answers to choose from.</param>
/// <param name="Generation">An answer that a model writes.</param>
/// <param name="Code">A program that a model writes.</param>
internal sealed record BenchmarkRules(
    IReadOnlyDictionary<string, SplitRules> Splits,
    SourceRules Source,
    ItemRules Items,
    PromptRules Prompt,
    ShotRules Shots,
    ChoiceRules Choices,
    GenerationRules Generation,
    CodeRules Code);
