namespace Gyre.Training.Alignment;

/// <summary>What an alignment learns from, and how.</summary>
public enum AlignmentMethod
{
    /// <summary>Direct preference optimisation on pairs, with the loss that the recipe names.</summary>
    Dpo,

    /// <summary>Identity preference optimisation on pairs.</summary>
    Ipo,

    /// <summary>Single rated answers.</summary>
    Kto,

    /// <summary>Likelihood and odds of pairs, without a reference.</summary>
    Orpo,

    /// <summary>The model's own answers, compared within groups.</summary>
    Grpo,

    /// <summary>The model's own answers, with a value head.</summary>
    Ppo,

    /// <summary>A reward model from pairs.</summary>
    Reward,
}
