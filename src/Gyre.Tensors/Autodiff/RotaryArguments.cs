using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff;

/// <summary>The door of <see cref="Tape.Rope"/>.</summary>
internal static unsafe class RotaryArguments
{
    public static RotaryJob Check(Tensor x, Tensor cosines, Tensor sines, ReadOnlySpan<int> positions)
    {
        ArgumentNullException.ThrowIfNull(cosines);
        ArgumentNullException.ThrowIfNull(sines);
        if (cosines.Rank != 2 || !cosines.Shape.SequenceEqual(sines.Shape) || !cosines.IsContiguous || !sines.IsContiguous || 2 * cosines.Shape[1] > x.Shape[3])
        {
            throw new ArgumentException($"Rope: found tables of shapes {cosines} and {sines} for heads of shape {x}, expected two contiguous [positions, R/2] with R at most {x.Shape[3]}.", nameof(cosines));
        }

        var (batch, tokens) = (x.Shape[0], x.Shape[1]);
        if (positions.Length != tokens && positions.Length != batch * tokens)
        {
            throw new ArgumentException($"Rope: found {positions.Length} positions for heads of shape {x}, expected {tokens} or {batch * tokens}.", nameof(positions));
        }

        foreach (var position in positions)
        {
            if ((uint)position >= (uint)cosines.Shape[0])
            {
                throw new ArgumentOutOfRangeException(nameof(positions), $"Rope: found position {position}, expected 0 to {cosines.Shape[0] - 1}. Make the tables as long as the context.");
            }
        }

        return new RotaryJob
        {
            Batch = batch,
            Tokens = tokens,
            Heads = x.Shape[2],
            Width = x.Shape[3],
            RotaryWidth = 2 * cosines.Shape[1],
            X = HeadArray.Of(x),
            Cosines = cosines.UncheckedData,
            Sines = sines.UncheckedData,
            TableRow = cosines.Shape[1],
        };
    }
}
