namespace Gyre.Training.Quantization;

/// <summary>How far the writing of a model has come.</summary>
/// <param name="Tensor">The tensor that is being written.</param>
/// <param name="DoneElements">Numbers written.</param>
/// <param name="Elements">Numbers of the whole model.</param>
public sealed record QuantizationProgress(string Tensor, long DoneElements, long Elements);
