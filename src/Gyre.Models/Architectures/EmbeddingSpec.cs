namespace Gyre.Models.Architectures;

/// <summary>What the residual stream begins with: the sum of the rows that are given.</summary>
internal sealed record EmbeddingSpec
{
    /// <summary>Rows by token id; null for none.</summary>
    public WeightSpec? Tokens { get; init; }

    /// <summary>Multiplies the token rows.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Rows by position; null for none.</summary>
    public WeightSpec? Positions { get; init; }

    /// <summary>The row of <see cref="Positions"/> that belongs to position 0.</summary>
    public int FirstPosition { get; init; }

    /// <summary>Rows by the token's type; null for none.</summary>
    public WeightSpec? Types { get; init; }

    /// <summary>Positions that are computed and added; null for none.</summary>
    public SinusoidalPositions? Sinusoids { get; init; }

    public int Width => (Tokens ?? Positions)?.Columns ?? 0;
}
