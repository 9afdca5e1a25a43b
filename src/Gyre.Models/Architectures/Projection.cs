namespace Gyre.Models.Architectures;

/// <summary>A linear layer: y = W·x, plus a bias when it has one.</summary>
internal readonly record struct Projection(WeightSpec Weight, WeightSpec? Bias)
{
    public int Outputs => Weight.Rows;

    public int Inputs => Weight.Columns;
}
