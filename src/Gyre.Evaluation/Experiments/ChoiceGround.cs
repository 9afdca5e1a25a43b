namespace Gyre.Evaluation.Experiments;

/// <summary>Why an experiment chooses as it does.</summary>
public enum ChoiceGround
{
    /// <summary>It is better than every other candidate that may be chosen, beyond chance.</summary>
    Best,

    /// <summary>It is the cheapest of those that were not shown to be worse than the best one.</summary>
    CheapestOfAlike,

    /// <summary>It is the best one by its value, but others were not shown to be worse, and what they cost is not known.</summary>
    BestByValue,

    /// <summary>No candidate was shown to be better than the baseline, so it stays.</summary>
    BaselineStays,

    /// <summary>No candidate meets every demand, or none has a value.</summary>
    NoneMayBeChosen,
}
