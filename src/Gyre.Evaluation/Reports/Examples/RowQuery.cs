namespace Gyre.Evaluation.Reports.Examples;

/// <summary>Which rows of an experiment to show. Conditions that are set must all hold.</summary>
public sealed record RowQuery
{
    /// <summary>The most rows of a page.</summary>
    public const int MostRows = 200;

    /// <summary>What is looked for.</summary>
    public RowKind Kind { get; init; }

    /// <summary>Of this candidate only; null for any but the baseline, and with <see cref="RowKind.Failed"/> and <see cref="RowKind.Undefined"/> for any.</summary>
    public string? Candidate { get; init; }

    /// <summary>By this metric only; null for any.</summary>
    public string? Metric { get; init; }

    /// <summary>Only rows of this part, as <c>key=part</c>.</summary>
    public string? Segment { get; init; }

    /// <summary>Only rows whose id, prompt, reference, answers or reasons hold this text, whatever the case of its letters.</summary>
    public string? Text { get; init; }

    /// <summary>How many of the rows that the other conditions match are passed over; 0 for the beginning.</summary>
    public long From { get; init; }

    /// <summary>The most rows; 1 to 200.</summary>
    public int Take { get; init; } = 20;

    /// <summary>The most characters of each text; longer ones lose their middle.</summary>
    public int MostCharacters { get; init; } = 2_000;

    /// <summary>How many bytes of rows a search for text reads before it answers with what it found.</summary>
    public long SearchBytes { get; init; } = 64 << 20;
}
