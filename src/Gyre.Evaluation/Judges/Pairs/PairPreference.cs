namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>Which of two answers is better.</summary>
public enum PairPreference
{
    /// <summary>The first.</summary>
    First,

    /// <summary>The second.</summary>
    Second,

    /// <summary>Neither.</summary>
    Tie,
}
