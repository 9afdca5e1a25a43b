using Gyre.Training.Checkpoints;
using Gyre.Training.Packing;

namespace Gyre.Training.Loop;

/// <summary>What the loop drives: it reads the data of each step, leaves the gradient of its loss, and measures itself.</summary>
/// <remarks>Everything that a step depends on is in <see cref="Parameters"/>, <see cref="State"/>, <see cref="Position"/>, the recipe, or the step's number, so that a resumed run computes the same bits.</remarks>
internal interface ITrainingTask
{
    /// <summary>What is trained.</summary>
    IReadOnlyList<GradientParameter> Parameters { get; }

    /// <summary>Further arrays that a checkpoint must hold.</summary>
    IReadOnlyList<StoredTensor> State => [];

    /// <summary>Where in the data the next step reads; setting it moves there.</summary>
    BatchPosition Position { get; set; }

    /// <summary>Makes all gradients zero.</summary>
    void ZeroGradients();

    /// <summary>Reads the step's data, all its passes, and adds the gradient of the step's loss to the parameters' gradients.</summary>
    /// <param name="step">Counted from 1.</param>
    StepMeasure Accumulate(int step);

    /// <summary>The optimiser has moved the parameters.</summary>
    /// <param name="step">The step just done.</param>
    void AfterStep(int step)
    {
    }

    /// <summary>Measures held-out data, always the same; null when there is none.</summary>
    ValidationMeasure? Measure();
}
