using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Room for the encoded input of a matrix product; every step with inputs of one width and form uses the same.</summary>
internal sealed class ActivationSpace : IDisposable
{
    public ActivationSpace(int width, ActivationForms forms, PlanLimits limits)
    {
        Width = width;
        Forms = forms;
        Rows = new PackedActivations(width, limits.MaxRows, forms);
        Single = Enumerable.Range(0, limits.Members).Select(_ => new PackedActivations(width, 1, forms)).ToArray();
        Normed = Enumerable.Range(0, limits.Members).Select(_ => NativeBuffer.OfFloats(width)).ToArray();
    }

    public int Width { get; }

    public ActivationForms Forms { get; }

    /// <summary>Many rows, shared by the team.</summary>
    public PackedActivations Rows { get; }

    /// <summary>One row, for each member.</summary>
    public PackedActivations[] Single { get; }

    /// <summary>One normed row, for each member.</summary>
    public NativeBuffer[] Normed { get; }

    public void Dispose()
    {
        Rows.Dispose();
        foreach (var single in Single)
        {
            single.Dispose();
        }

        foreach (var normed in Normed)
        {
            normed.Dispose();
        }
    }
}
