namespace Gyre.Evaluation.Metrics.Vectors;

/// <summary>A text's vector and those of its references.</summary>
/// <param name="Candidate">[C].</param>
/// <param name="References">[C] each.</param>
public readonly record struct VectorSample(ReadOnlyMemory<float> Candidate, IReadOnlyList<ReadOnlyMemory<float>> References);
