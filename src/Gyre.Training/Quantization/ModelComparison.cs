namespace Gyre.Training.Quantization;

/// <summary>What running a model and its original side by side gave.</summary>
internal sealed record ModelComparison
{
    public required Measured<SpeedComparison> Speed { get; init; }

    public required Measured<ReadingSpeed> Reading { get; init; }

    public required Measured<VectorComparison> Vectors { get; init; }

    public required Measured<LabelComparison> Labels { get; init; }

    public required Measured<TextDivergence> Divergence { get; init; }

    /// <summary>The token that the model puts behind a source; null for none.</summary>
    public int? End { get; init; }

    /// <summary>No figures, for one reason.</summary>
    public static ModelComparison Undefined(string reason) => new()
    {
        Speed = Measured<SpeedComparison>.None(reason),
        Reading = Measured<ReadingSpeed>.None(reason),
        Vectors = Measured<VectorComparison>.None(reason),
        Labels = Measured<LabelComparison>.None(reason),
        Divergence = Measured<TextDivergence>.None(reason),
    };
}
