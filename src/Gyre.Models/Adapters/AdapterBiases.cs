namespace Gyre.Models.Adapters;

/// <summary>Which biases of the base an adapter may bring along.</summary>
public enum AdapterBiases
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those of its own modules.</summary>
    Adapted,

    /// <summary>All, those of norms included.</summary>
    All,
}
