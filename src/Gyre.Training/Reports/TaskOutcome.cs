namespace Gyre.Training.Reports;

/// <summary>One measure of one task before and after a job.</summary>
/// <param name="Task">The task.</param>
/// <param name="IsTrained">Whether the job trains it.</param>
/// <param name="Measure"><c>perplexity</c>, or a scorer's name.</param>
/// <param name="HigherIsBetter">The measure's direction.</param>
/// <param name="Rows">Rows that both models have a value for.</param>
/// <param name="Before">The base's value; null when undefined.</param>
/// <param name="After">The new model's value; null when undefined.</param>
/// <param name="Difference">After minus before; null when undefined.</param>
/// <param name="Low">Lower end of the difference's interval.</param>
/// <param name="High">Upper end of the difference's interval.</param>
/// <param name="Reason">Why there is no difference; empty when there is one.</param>
public sealed record TaskOutcome(
    string Task, bool IsTrained, string Measure, bool HigherIsBetter, int Rows, double? Before, double? After, double? Difference, double? Low, double? High, string Reason)
{
    /// <summary>True when the whole interval lies on the better side of zero.</summary>
    public bool IsBetter => HigherIsBetter ? Low > 0 : High < 0;

    /// <summary>True when the whole interval lies on the worse side of zero.</summary>
    public bool IsWorse => HigherIsBetter ? High < 0 : Low > 0;
}
