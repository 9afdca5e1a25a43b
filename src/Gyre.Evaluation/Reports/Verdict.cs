namespace Gyre.Evaluation.Reports;

/// <summary>What a comparison says in one word.</summary>
internal enum Verdict
{
    /// <summary>Better than the baseline, beyond chance after correction.</summary>
    Better,

    /// <summary>Worse than the baseline, beyond chance after correction.</summary>
    Worse,

    /// <summary>A difference may be there; these rows do not show it.</summary>
    NotShown,

    /// <summary>There is no difference to speak of: a value is missing.</summary>
    Undefined,
}
