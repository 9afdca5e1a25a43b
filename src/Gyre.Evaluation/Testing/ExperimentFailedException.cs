namespace Gyre.Evaluation.Testing;

/// <summary>An experiment of a test did not pass; the message is the failing table with examples.</summary>
public sealed class ExperimentFailedException(string message, ExperimentOutcome outcome) : Exception(message), IAssertionException
{
    /// <summary>What was found.</summary>
    public ExperimentOutcome Outcome { get; } = outcome;
}
