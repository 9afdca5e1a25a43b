using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Adapters.Training;

/// <summary>Constants that live as long as what a tape has recorded.</summary>
internal static class TapeValues
{
    public static Tensor Of(Tape tape, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        using var tensor = tape.Pool.Rent(shape);
        tensor.CopyFrom(values);
        return tape.Scale(tensor, 1f); // The tape's own copy.
    }

    public static Tensor Zeros(Tape tape, params ReadOnlySpan<int> shape)
    {
        using var tensor = tape.Pool.Rent(shape);
        tensor.Fill(0);
        return tape.Scale(tensor, 1f); // As above.
    }

    public static Tensor Identity(Tape tape, int size)
    {
        using var tensor = tape.Pool.Rent(size, size);
        tensor.Fill(0);
        for (var i = 0; i < size; i++)
        {
            tensor[i, i] = 1;
        }

        return tape.Scale(tensor, 1f); // As above.
    }
}
