namespace Gyre.Observability;

/// <summary>How a request ended.</summary>
public enum TraceStatus
{
    /// <summary>It was answered.</summary>
    Ok,

    /// <summary>It was refused or failed.</summary>
    Error,

    /// <summary>The caller went away, or said stop.</summary>
    Cancelled,
}
