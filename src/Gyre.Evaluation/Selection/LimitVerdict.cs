namespace Gyre.Evaluation.Selection;

/// <summary>Whether a limit is kept.</summary>
public enum LimitVerdict
{
    /// <summary>It is.</summary>
    Met,

    /// <summary>It is not; the candidate is out.</summary>
    NotMet,

    /// <summary>Nobody knows; the candidate cannot be chosen by the numbers.</summary>
    Unknown,
}
