using Gyre.Models.Weights;

namespace Gyre.Models.Adapters;

/// <summary>What an adapter brings for one module: tensors of the shapes that the module asks for.</summary>
/// <param name="Module">The module.</param>
internal sealed record AdapterChange(AdapterModule Module)
{
    /// <summary>[rank, inputs], of an embedding [rank, ids]; null when the rank is 0 or there is no product.</summary>
    public WeightTensor? Down { get; init; }

    /// <summary>[outputs, rank], of an embedding [width, rank].</summary>
    public WeightTensor? Up { get; init; }

    /// <summary>[outputs]: added after the second product.</summary>
    public WeightTensor? UpBias { get; init; }

    /// <summary>[rank, 1]: multiplies what the first product gives.</summary>
    public WeightTensor? Importance { get; init; }

    /// <summary>[outputs]: the lengths of the whole weight's rows (DoRA).</summary>
    public WeightTensor? Magnitude { get; init; }

    /// <summary>Multiplies the product of both.</summary>
    public float Scale { get; init; }

    /// <summary>[outputs, 1]: multiplies what the module gives.</summary>
    public WeightTensor? OutputGain { get; init; }

    /// <summary>[1, inputs]: multiplies what it gets.</summary>
    public WeightTensor? InputGain { get; init; }

    /// <summary>Instead of the base's weight.</summary>
    public WeightTensor? Weight { get; init; }

    /// <summary>An output layer with the same numbers changes as well.</summary>
    public bool ChangesTied { get; init; }

    /// <summary>Instead of the base's bias.</summary>
    public WeightTensor? Bias { get; init; }
}
