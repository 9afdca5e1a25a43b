namespace Gyre.Registry.Experiments;

/// <summary>What was measured: a candidate of an experiment, or the model of a benchmark.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Digest">A digest of everything that decides its answers.</param>
public sealed record ExperimentCandidate(string Name, string Digest);
