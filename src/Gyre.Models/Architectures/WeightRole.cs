namespace Gyre.Models.Architectures;

/// <summary>How a weight is used.</summary>
internal enum WeightRole
{
    /// <summary>Rows gathered by token id; may double as the output layer.</summary>
    Embedding,

    /// <summary>Rows gathered by position or kind and only added, so kept in the file's encoding.</summary>
    Position,

    /// <summary>Multiplied from the left: y = W·x.</summary>
    Matrix,

    /// <summary>Gain of a norm, kept in float32.</summary>
    Norm,

    /// <summary>Added to outputs, kept in float32.</summary>
    Bias,
}
