using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Benchmarks;

/// <summary>What came of one item of a benchmark.</summary>
public sealed record BenchmarkOutcome
{
    /// <summary>The item.</summary>
    public required string Id { get; init; }

    /// <summary>The part of the benchmark that it belongs to; may be empty.</summary>
    public string Subject { get; init; } = "";

    /// <summary>What stood before the question: introduction and examples; outcomes of one subject share it.</summary>
    public string Preface { get; init; } = "";

    /// <summary>The question as it was asked.</summary>
    public string Question { get; init; } = "";

    /// <summary>Everything that the model read.</summary>
    public string Prompt => Preface + Question;

    /// <summary>Items of one group are judged together; may be empty.</summary>
    public string Group { get; init; } = "";

    /// <summary>What the data say of the item and metrics read.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The answers to choose from, when likelihoods decided.</summary>
    public IReadOnlyList<ChoiceOutcome> Choices { get; init; } = [];

    /// <summary>The place of the answer that was chosen; −1 for none of them, or none to choose from.</summary>
    public int Chosen { get; init; } = -1;

    /// <summary>The place of the right answer; −1 when there is none.</summary>
    public int Right { get; init; } = -1;

    /// <summary>What the model wrote; one text a sample.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>What was found in the answers, by name.</summary>
    public IReadOnlyDictionary<string, double> Values { get; init; } = new Dictionary<string, double>();

    /// <summary>Why there is no result; null when there is one.</summary>
    public Undefined? Reason { get; init; }

    /// <summary>From the question to the last token; of likelihoods, the item's share of its call.</summary>
    public TimeSpan Duration { get; init; }
}
