namespace Gyre.Training.Packing;

/// <summary>The buffers of one forward and backward pass; filled again for every pass.</summary>
/// <remarks>Shape: each array is <c>[B,T]</c>, row-major.</remarks>
internal sealed class Batch(int rows, int length)
{
    /// <summary>A target that does not count.</summary>
    public const int Ignored = -100;

    public int Rows { get; } = rows;

    public int Length { get; } = length;

    /// <summary>Input ids; 0 where nothing lies.</summary>
    public int[] Inputs { get; } = new int[rows * length];

    /// <summary>The id that follows each input, or <see cref="Ignored"/>.</summary>
    public int[] Targets { get; } = new int[rows * length];

    /// <summary>For each position, the position within its row where its document starts.</summary>
    public int[] DocumentStart { get; } = new int[rows * length];

    /// <summary>The number of targets that count.</summary>
    public int TargetCount { get; set; }

    /// <summary>The number of positions that hold a token.</summary>
    public int TokenCount { get; set; }
}
