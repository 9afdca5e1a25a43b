namespace Gyre.Training.Compression.Distillation;

/// <summary>What the student is held against, trained on the same rows for as many steps from the same start.</summary>
public enum DistillBaseline
{
    /// <summary>The same student without a teacher: the cross-entropy of the labels alone.</summary>
    Labels,

    /// <summary>The same training with exact weights, quantised afterwards.</summary>
    PostTraining,
}
