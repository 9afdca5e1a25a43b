namespace Gyre.Tensors.Quantization;

/// <summary>What the kernels know of a <see cref="PackedMatrix"/>.</summary>
internal readonly record struct PackedShape(ElementFormat Format, int Rows, int Columns, long GroupBytes);
