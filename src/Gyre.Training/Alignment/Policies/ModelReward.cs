using Gyre.Tensors;
using Gyre.Training.Alignment.Pairs;
using Gyre.Training.Alignment.Tasks;

namespace Gyre.Training.Alignment.Policies;

/// <summary>Rewards by a trained reward model with the policy's vocabulary.</summary>
/// <param name="scorer">The reward model.</param>
/// <param name="head">Its head, [1, C].</param>
/// <param name="rows">Answers a pass.</param>
internal sealed class ModelReward(SequenceScorer scorer, Tensor head, int rows) : IAnswerReward
{
    public double[] Score(IReadOnlyList<TaskPrompt> prompts, IReadOnlyList<EncodedAnswer> answers, IReadOnlyList<string> texts)
    {
        double[] scores = [.. answers.Chunk(rows).SelectMany(part => scorer.Rewards(part, head, isRecorded: false))];
        return Array.FindIndex(scores, score => !double.IsFinite(score)) is >= 0 and var bad
            ? throw new TrainingException("TRN0404", $"Rewarding an answer failed: the reward model gave {scores[bad]} for the prompt '{prompts[bad].Row.Id}'; expected a finite number. Train the reward model again with a lower rate.")
            : scores;
    }
}
