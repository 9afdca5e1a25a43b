namespace Gyre.Orchestration.Retrieval;

/// <summary>How a <see cref="PassageReader"/> reads, and how much at most.</summary>
public sealed record PassageReaderOptions
{
    /// <summary>How texts are cut. JSON lines are passages already and are not cut.</summary>
    public TextSplitterOptions Splitter { get; init; } = new();

    /// <summary>The longest file. Units: bytes; default 64 MiB.</summary>
    public long MostFileBytes { get; init; } = 64L << 20;

    /// <summary>The most files of a folder, default 100,000.</summary>
    public int MostFiles { get; init; } = 100_000;

    /// <summary>The most passages in all, default 1,000,000.</summary>
    public int MostPassages { get; init; } = 1_000_000;
}
