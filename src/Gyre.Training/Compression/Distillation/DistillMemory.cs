using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures;
using Gyre.Training.Bases;
using Gyre.Training.Finetuning;
using Gyre.Training.Loop;

namespace Gyre.Training.Compression.Distillation;

/// <summary>What a distillation will take: the student that learns, the teacher, and the teacher's values of one pass.</summary>
internal static class DistillMemory
{
    private const int Float = sizeof(float);

    /// <summary>Estimates a run; students that it is held against are trained after it and take no more.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="teacher">The teacher.</param>
    /// <param name="own">The model that the student begins as; null when it is made from the teacher or anew.</param>
    /// <param name="configuration">The student's shape.</param>
    public static MemoryEstimate Of(DistillRecipe recipe, BaseModel teacher, BaseModel? own, DecoderConfiguration configuration)
    {
        var (numbers, batch) = (own is null ? MemoryEstimate.NumbersOf(configuration) : FinetuneJob.ParametersOf(own), recipe.Training.Batch);
        var positions = (long)batch.Rows * batch.SequenceLength;
        List<(string, long)> beside = [("the teacher", FinetuneJob.ParametersOf(teacher) * Float)];
        if (recipe.Loss is not null)
        {
            // Its values are kept until the student's loss is known, as if there were a way back through it.
            beside.Add(("the teacher's values", MemoryEstimate.Of(teacher.Configuration, 0, 0, 0, positions, recomputes: false).ActivationBytes));
        }

        return MemoryEstimate.Of(configuration, numbers * Float, numbers, 2, positions, batch.ActivationCheckpointing) with { Beside = beside };
    }
}
