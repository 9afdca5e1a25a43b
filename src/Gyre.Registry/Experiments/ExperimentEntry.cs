namespace Gyre.Registry.Experiments;

/// <summary>A run that the store keeps.</summary>
/// <param name="Id">Its id: <c>exp_</c> and 32 hexadecimal digits.</param>
/// <param name="Run">What was handed in.</param>
public sealed record ExperimentEntry(string Id, ExperimentRecord Run)
{
    /// <summary>The run's main file, as it was when it was recorded.</summary>
    public string Path => System.IO.Path.Combine(Run.Folder, Run.File);
}
