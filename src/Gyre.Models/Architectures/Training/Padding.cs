using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Architectures.Training;

/// <summary>Hides the padding of rows from attention.</summary>
internal static class Padding
{
    /// <summary>What is added to the scores: −∞ for keys of padding, as a tensor of the tape that broadcasts to [B, H, T, S]; null when no row has padding.</summary>
    public static Tensor? Hide(Tape tape, TensorPool pool, ReadOnlySpan<int> lengths, int length)
    {
        if (lengths.IndexOfAnyExcept(length) < 0)
        {
            return null;
        }

        using var bias = pool.Rent(lengths.Length, 1, 1, length);
        for (var row = 0; row < lengths.Length; row++)
        {
            var values = bias.Span.Slice(row * length, length);
            values[..lengths[row]].Clear();
            values[lengths[row]..].Fill(float.NegativeInfinity);
        }

        return tape.Scale(bias, 1f); // Lives as long as what is recorded.
    }
}
