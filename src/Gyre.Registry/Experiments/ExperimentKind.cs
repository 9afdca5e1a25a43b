namespace Gyre.Registry.Experiments;

/// <summary>What a kept run measured.</summary>
public enum ExperimentKind
{
    /// <summary>Candidates on a dataset of the team.</summary>
    Experiment,

    /// <summary>One model on a published benchmark.</summary>
    Benchmark,
}
