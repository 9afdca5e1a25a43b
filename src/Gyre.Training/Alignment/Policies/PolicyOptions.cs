using Gyre.Training.Alignment.Losses;

namespace Gyre.Training.Alignment.Policies;

/// <summary>How a policy is trained on its own answers.</summary>
public sealed record PolicyOptions
{
    /// <summary>Whether a value head says what to expect (PPO) or the other answers to the same prompt do (GRPO).</summary>
    public bool HasValueHead { get; init; }

    /// <summary>Prompts that are answered before each round of updates.</summary>
    public int Prompts { get; init; } = 8;

    /// <summary>Answers to each prompt; at least 2 without a value head.</summary>
    public int Answers { get; init; } = 1;

    /// <summary>The most tokens of an answer.</summary>
    public int MaxTokens { get; init; } = 64;

    /// <summary>Divides the logits while answering and learning.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Times that each answer is learned from.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Steps that a pass over the answers is split into.</summary>
    public int Minibatches { get; init; } = 1;

    /// <summary>Taken off the score of an answer that was cut off before its end.</summary>
    public double MissingEndPenalty { get; init; }

    /// <summary>PPO: the weight of the divergence in the reward.</summary>
    public double KlWeight { get; init; } = 0.05;

    /// <summary>PPO: how the divergence is estimated.</summary>
    public KlEstimator Estimator { get; init; } = KlEstimator.K1;

    /// <summary>PPO: γ.</summary>
    public double Discount { get; init; } = 1;

    /// <summary>PPO: λ.</summary>
    public double Trace { get; init; } = 0.95;

    /// <summary>PPO: how far a probability ratio may move from 1.</summary>
    public double Clip { get; init; } = 0.2;

    /// <summary>PPO: how far a value may move.</summary>
    public double ValueClip { get; init; } = 0.2;

    /// <summary>PPO: the weight of the value head's loss.</summary>
    public double ValueWeight { get; init; } = 0.1;

    /// <summary>PPO: whether rewards are brought to variance 1 first.</summary>
    public bool WhitensRewards { get; init; }

    /// <summary>GRPO: clips and divergence.</summary>
    public GroupPolicyOptions Group { get; init; } = new();

    /// <summary>Steps between two rounds of answers.</summary>
    public int StepsPerRollout => Epochs * Minibatches;
}
