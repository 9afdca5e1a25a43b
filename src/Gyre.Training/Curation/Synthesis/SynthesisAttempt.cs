using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Synthesis;

/// <summary>One attempt, as the journal keeps it.</summary>
/// <param name="Slot">Which record was tried, from 0.</param>
/// <param name="Attempt">Which attempt at it, from 0.</param>
/// <param name="Record">What was accepted; null when it was rejected.</param>
/// <param name="Rule">The rule that rejected it; empty when it was accepted.</param>
/// <param name="Reason">What was found and what was expected.</param>
internal sealed record SynthesisAttempt(int Slot, int Attempt, CurationRecord? Record, string Rule, string Reason);
