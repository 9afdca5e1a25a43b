namespace Gyre.Tensors.Kernels;

/// <summary>One call of rotary positions: heads of [tokens, heads, width], angles by position.</summary>
internal unsafe struct RotaryJob
{
    public int Batch;
    public int Tokens;
    public int Heads;
    public int Width;

    /// <summary>How many leading elements of a head turn; the others are copied.</summary>
    public int RotaryWidth;
    public HeadArray X;
    public HeadArray Y;

    /// <summary>One position a token, [B,T].</summary>
    public int* Positions;

    /// <summary>[positions, rotaryWidth/2].</summary>
    public float* Cosines;
    public float* Sines;
    public nint TableRow;

    /// <summary>Pairs (2i, 2i+1) instead of (i, i + rotaryWidth/2).</summary>
    public bool IsInterleaved;

    /// <summary>Turns back: the gradient.</summary>
    public bool IsInverse;
    public bool Accumulate;
}
