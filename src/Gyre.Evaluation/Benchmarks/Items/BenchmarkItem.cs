namespace Gyre.Evaluation.Benchmarks.Items;

/// <summary>One question of a benchmark.</summary>
internal sealed record BenchmarkItem
{
    /// <summary>Unique in its split.</summary>
    public required string Id { get; init; }

    /// <summary>The part of the benchmark that it belongs to; may be empty.</summary>
    public required string Subject { get; init; }

    /// <summary>Items of one group are judged together; may be empty.</summary>
    public required string Group { get; init; }

    /// <summary>Texts that metrics read.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>Every text of it.</summary>
    public required ItemFields Fields { get; init; }

    /// <summary>The answers to choose from; none when an answer is written.</summary>
    public required IReadOnlyList<ChoiceText> Choices { get; init; }

    /// <summary>The wanted answers of a text that is written.</summary>
    public required IReadOnlyList<string> References { get; init; }

    /// <summary>The place of the first right answer, or −1.</summary>
    public int Right => Choices.Select((choice, index) => (choice, index)).Where(pair => pair.choice.IsRight).Select(pair => pair.index).FirstOrDefault(-1);
}
