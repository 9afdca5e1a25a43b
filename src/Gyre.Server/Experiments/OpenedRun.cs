using Gyre.Registry.Experiments;

namespace Gyre.Server.Experiments;

/// <summary>A run of the store with what its folder holds now.</summary>
/// <param name="Entry">The run.</param>
/// <param name="State">How its main file is found.</param>
/// <param name="Problem">What is the matter, in sentences; empty when nothing is.</param>
/// <param name="Code">The problem's code; empty without one.</param>
/// <param name="Content">What the main file holds; null when it is missing or cannot be used.</param>
internal sealed record OpenedRun<T>(ExperimentEntry Entry, RunState State, string Problem, string Code, T? Content)
    where T : class;
