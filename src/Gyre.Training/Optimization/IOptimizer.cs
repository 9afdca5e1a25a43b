using Gyre.Training.Checkpoints;

namespace Gyre.Training.Optimization;

/// <summary>Moves the parameters of a model along their gradients.</summary>
internal interface IOptimizer
{
    /// <summary>What a checkpoint must hold beside the weights.</summary>
    IReadOnlyList<StoredTensor> Moments { get; }

    /// <summary>The length of all gradients together.</summary>
    double GradientNorm();

    /// <summary>Moves the parameters by one step.</summary>
    /// <param name="step">Counted from 1.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="gradientNorm">What <see cref="GradientNorm"/> returned; longer gradients are scaled to the clip norm.</param>
    void Step(int step, double learningRate, double gradientNorm);
}
