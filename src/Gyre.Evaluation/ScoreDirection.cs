namespace Gyre.Evaluation;

/// <summary>Which end of a score is the good one.</summary>
public enum ScoreDirection
{
    /// <summary>More is better; a threshold is a least value.</summary>
    HigherIsBetter,

    /// <summary>Less is better; a threshold is a greatest value.</summary>
    LowerIsBetter,
}
