namespace Gyre.Server.Experiments;

/// <summary>How the files of a run are found.</summary>
internal enum RunState
{
    /// <summary>As they were when the run was recorded.</summary>
    Unchanged,

    /// <summary>The main file is another than the one that was recorded.</summary>
    Changed,

    /// <summary>The main file is not where it was.</summary>
    Missing,

    /// <summary>The main file is there and cannot be used.</summary>
    Unusable,
}
