namespace Gyre.Models.Architectures;

/// <summary>Sources and the answers to them, as a loss reads them.</summary>
public readonly ref struct PairBatch
{
    /// <summary>Token ids of the sources: [<see cref="Rows"/> × <see cref="SourceLength"/>]; what stands behind a row's length is not read.</summary>
    public required ReadOnlySpan<int> Sources { get; init; }

    /// <summary>Tokens of each source; 1 to <see cref="SourceLength"/>.</summary>
    public required ReadOnlySpan<int> SourceLengths { get; init; }

    /// <summary>What the decoder reads: each answer after the start token, without its last token. [<see cref="Rows"/> × <see cref="Length"/>].</summary>
    public required ReadOnlySpan<int> Inputs { get; init; }

    /// <summary>The id wanted after each input, or −100 where none counts, for example behind an answer's end.</summary>
    public required ReadOnlySpan<int> Targets { get; init; }

    /// <summary>Pairs.</summary>
    public required int Rows { get; init; }

    /// <summary>Tokens of a row of sources.</summary>
    public int SourceLength => Rows > 0 ? Sources.Length / Rows : 0;

    /// <summary>Tokens of a row of answers.</summary>
    public int Length => Rows > 0 ? Inputs.Length / Rows : 0;
}
