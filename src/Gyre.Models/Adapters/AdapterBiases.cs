namespace Gyre.Models.Adapters;

/// <summary>Which biases of the base an adapter may bring along.</summary>
internal enum AdapterBiases
{
    None,

    /// <summary>Those of its own modules.</summary>
    Adapted,

    All,
}
