namespace Gyre.Evaluation.Selection;

/// <summary>How a model's weights may be had.</summary>
public enum WeightAccess
{
    /// <summary>By anyone who fetches them.</summary>
    Open,

    /// <summary>After terms are accepted, or by some.</summary>
    Restricted,

    /// <summary>Not at all; it is a service.</summary>
    Closed,
}
