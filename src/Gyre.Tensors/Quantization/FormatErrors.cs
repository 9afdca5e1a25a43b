namespace Gyre.Tensors.Quantization;

/// <summary>The errors of stored formats, kept out of the code that runs.</summary>
internal static class FormatErrors
{
    public static TensorException Unknown(string operation, ElementFormat format) =>
        new("TEN0101", $"{operation}: found format {format} ({(int)format}), expected F32, F64, F16, BF16, Q8_0, Q4_0, Q4_K, Q5_K or Q6_K. Convert the weights to one of these.");

    public static TensorException NotWholeBlocks(string operation, ElementFormat format, long elements, int blockLength) =>
        new("TEN0102", $"{operation}: found {elements} elements of {format}, expected a multiple of {blockLength}. Store tensors whose last axis does not divide in F16 or F32.");

    public static TensorException NotFinite(ElementFormat format, int row) =>
        new("TEN0104", $"Pack weights: found a {format} value or scale in row {row} that is not a finite number, expected finite weights. The file is damaged or training diverged; fetch or train the weights again.");

    public static TensorException CannotQuantise(ElementFormat format) =>
        new("TEN0103", $"Quantise values: found target format {format}, expected F32, F16, BF16, Q8_0 or Q4_0. Choose one of these.");
}
