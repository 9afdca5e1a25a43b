namespace Gyre.Registry.Datasets;

/// <summary>What kind of thing made a version's rows.</summary>
public enum DatasetSourceKind
{
    /// <summary>A file.</summary>
    File,

    /// <summary>Other versions, by an operation.</summary>
    Version,

    /// <summary>Requests that a server answered.</summary>
    Traces,

    /// <summary>What people said of outputs.</summary>
    Reviews,

    /// <summary>A generator with a seed.</summary>
    Generator,
}
