using Gyre.Tensors;
using Gyre.Training.Alignment.Tasks;
using Gyre.Training.Checkpoints;

namespace Gyre.Training.Alignment;

/// <summary>The head of a reward model, beside the model that it reads.</summary>
internal static class RewardModelFile
{
    /// <summary>The head's file in the model's folder; safetensors with one tensor, <c>score.weight</c>.</summary>
    public const string Name = "reward_head.safetensors";

    public static void Write(string folder, Tensor head)
    {
        try
        {
            using var stream = File.Create(Path.Combine(folder, Name));
            TensorFile.Write(stream, [Stored(head)]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0050", $"Writing the trained model failed: '{Path.Combine(folder, Name)}' could not be written ({error.Message.TrimEnd('.')}). Free space and run again with --resume; the training is not lost.", error);
        }
    }

    /// <summary>Fills a head from a reward model's folder.</summary>
    /// <remarks>Errors: TRN0405 there is none, or it belongs to another model.</remarks>
    public static void Read(string folder, Tensor head)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            if (!TensorFile.TryRead(path, [Stored(head)], out var reason))
            {
                throw new TrainingException("TRN0405", $"Reading the reward model failed: the head '{path}' does not fit: {reason}. Expected one of width {head.Shape[1]}. Train the reward model again.");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0405", $"Reading the reward model failed: '{path}' cannot be read ({error.Message.TrimEnd('.')}); expected the folder 'model' of a run with method: reward. Check reward.model.", error);
        }
    }

    private static StoredTensor Stored(Tensor head) => new(RewardTask.HeadName, head.Shape.ToArray(), () => head.Span);
}
