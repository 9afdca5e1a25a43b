namespace Gyre.Models.Architectures;

/// <summary>One weight that an architecture needs: what it is called, its shape and what it is for.</summary>
/// <param name="Index">Its place in <see cref="IArchitecture.Weights"/>.</param>
/// <param name="Name">Its Hugging Face tensor name.</param>
/// <param name="Rows">Outputs of a matrix, ids of an embedding, length of a vector.</param>
/// <param name="Columns">Inputs of a matrix, width of an embedding, 1 for a vector.</param>
/// <param name="Role">How it is used, hence stored and initialised.</param>
internal sealed record WeightSpec(int Index, string Name, int Rows, int Columns, WeightRole Role)
{
    public bool IsVector => Role is WeightRole.Norm or WeightRole.Bias;

    /// <summary>Standard deviation of the initial normal distribution; 0 means a constant (1 for norms, 0 for biases).</summary>
    public float InitialDeviation { get; init; }

    /// <summary>Shape for messages, slowest axis first.</summary>
    public string Shape => IsVector ? $"[{Rows}]" : $"[{Rows}, {Columns}]";
}
