namespace Gyre.Tensors.Tests.Reference;

/// <summary>Sizes and masks of one attention call.</summary>
internal sealed record AttentionShape(int Batch, int Queries, int Keys, int Heads, int KeyHeads, int Width, int ValueWidth)
{
    public bool IsCausal { get; init; }

    public int Offset { get; init; } = Keys - Queries;

    public double Scale { get; init; } = 1.0 / Math.Sqrt(Width);

    public double SoftCap { get; init; }

    public int[]? FirstKeys { get; init; }

    public Func<int, int, int, int, double>? Bias { get; init; }
}
