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
        new("TEN0103", $"Quantise values: found target format {format}, expected F32, F16, BF16, Q8_0, Q4_0, Q4_K, Q5_K or Q6_K. Choose one of these.");

    public static TensorException CannotHold(ElementFormat format, int index, float value) =>
        new("TEN0105", $"Quantise values: found {value} at element {index} or in the block that starts there, expected finite numbers whose block scale in {format} fits half precision (magnitudes up to 65,504 times the largest code). Keep such a tensor in F32, or train it again if training diverged.");

    public static TensorException BadImportance(int column, float value) =>
        new("TEN0106", $"Quantise values: found importance {value} for column {column}, expected a finite number that is not negative. Collect the importance again, from finite activations.");
}
