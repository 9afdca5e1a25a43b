namespace Gyre.Tensors.Kernels;

/// <summary>One call of <see cref="DistillationKernel"/>: rows of a student's and a teacher's logits.</summary>
internal unsafe struct DistillationJob
{
    public long Rows;
    public int Width;

    /// <summary>The student's logits; replaced by their gradient when that is wanted.</summary>
    public RowArray Student;

    /// <summary>The teacher's logits; lost.</summary>
    public RowArray Teacher;

    /// <summary>The label of each row; a negative one leaves the row out.</summary>
    public int* Targets;

    /// <summary>Per row: the divergence, and −log p(label) where labels weigh.</summary>
    public float* Divergences;
    public float* LabelLosses;

    public float InverseTemperature;
    public float Mixture;

    /// <summary>What the gradients of the divergence and of the label's loss are multiplied by.</summary>
    public float DivergenceScale;
    public float LabelScale;

    public bool WantsLabels;
    public bool WantsGradient;
}
