namespace Gyre.Training.Alignment.Losses;

/// <summary>The distance from the reference that the preference loss stands for.</summary>
public enum PolicyDivergence
{
    /// <summary>KL(π ‖ reference), the usual one.</summary>
    ReverseKl,

    /// <summary>Jensen–Shannon.</summary>
    JensenShannon,

    /// <summary>The α family.</summary>
    Alpha,
}
