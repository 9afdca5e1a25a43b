namespace Gyre.Models.Architectures;

/// <summary>One weight that an architecture needs: what it is called, its shape, what it is for and where files keep it.</summary>
/// <param name="Index">Its place in <see cref="IArchitecture.Weights"/>.</param>
/// <param name="Name">Its name as a parameter: its Hugging Face tensor name, or that of the tensor it is a part of with the part before the last dot.</param>
/// <param name="Rows">Outputs of a matrix, ids of an embedding, length of a vector.</param>
/// <param name="Columns">Inputs of a matrix, width of an embedding, 1 for a vector.</param>
/// <param name="Role">How it is used, hence stored and initialised.</param>
internal sealed record WeightSpec(int Index, string Name, int Rows, int Columns, WeightRole Role)
{
    public bool IsVector => Role is WeightRole.Norm or WeightRole.Bias;

    /// <summary>Standard deviation of the initial normal distribution; 0 means a constant (1 for norms, 0 for biases).</summary>
    public float InitialDeviation { get; init; }

    /// <summary>Part of the model and never trained.</summary>
    public bool IsFixed { get; init; }

    /// <summary>Where a safetensors file in Hugging Face's form has it.</summary>
    public required WeightPlace Place { get; init; }

    /// <summary>Where a GGUF file has it.</summary>
    public required WeightPlace GgufPlace { get; init; }
}
