using Gyre.Training.Packing;

namespace Gyre.Training.Loop;

/// <summary>What the loop needs of a model: its parameters, a loss with gradients, a loss without.</summary>
internal interface IGradientModel
{
    IReadOnlyList<GradientParameter> Parameters { get; }

    /// <summary>Makes all gradients zero.</summary>
    void ZeroGradients();

    /// <summary>Returns scale × Σ loss over the targets that count and adds its gradient to the parameters' gradients.</summary>
    double Accumulate(Batch batch, float scale);

    /// <summary>Returns scale × Σ loss over the targets that count.</summary>
    double Measure(Batch batch, float scale);
}
