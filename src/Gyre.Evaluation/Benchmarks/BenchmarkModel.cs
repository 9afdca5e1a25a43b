using Gyre.Contracts;
using Gyre.Evaluation.Benchmarks.Sandbox;
using Gyre.Evaluation.Judges;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Benchmarks;

/// <summary>A model as benchmarks use it, with what judges its answers.</summary>
/// <remarks>Owns: nothing.</remarks>
public sealed record BenchmarkModel
{
    /// <summary>What tables call it.</summary>
    public required string Name { get; init; }

    /// <summary>A digest of everything that decides its answers.</summary>
    public required string Digest { get; init; }

    /// <summary>Says how likely it finds texts; null when it does not say.</summary>
    public ILikelihoodScorer? Likelihoods { get; init; }

    /// <summary>Writes its answers; null when it only scores.</summary>
    public IChatClient? Chat { get; init; }

    /// <summary>Judges what a judge decides: skills, and toxicity where nothing else says it; null for none.</summary>
    public JudgeModel? Judge { get; init; }

    /// <summary>Says how toxic a text is, 0 to 1; null when nothing does, and then toxicity is undefined.</summary>
    public IScorer? Toxicity { get; init; }

    /// <summary>Runs programs that it writes; null when nothing may run them, and then they have no result.</summary>
    public PythonSandbox? Sandbox { get; init; }
}
