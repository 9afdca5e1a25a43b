namespace Gyre.Evaluation.Judges;

/// <summary>How a jury's values become one.</summary>
public enum JuryRule
{
    /// <summary>The value that most members give; when several are given equally often, their mean.</summary>
    Majority,

    /// <summary>The mean.</summary>
    Mean,
}
