using Gyre.Training.Alignment.Pairs;

namespace Gyre.Training.Alignment.Policies;

/// <summary>Says how good answers are.</summary>
internal interface IAnswerReward
{
    /// <summary>The scores of answers to prompts, in their order; finite numbers, the same at every call.</summary>
    /// <param name="prompts">What was asked.</param>
    /// <param name="answers">What the model read and wrote, as ids.</param>
    /// <param name="texts">What it wrote.</param>
    /// <remarks>Errors: TRN0404 an answer has no score, or one that is not finite.</remarks>
    double[] Score(IReadOnlyList<TaskPrompt> prompts, IReadOnlyList<EncodedAnswer> answers, IReadOnlyList<string> texts);
}
