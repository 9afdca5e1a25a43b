namespace Gyre.Evaluation.Benchmarks.Items;

/// <summary>Texts by name.</summary>
internal interface IFields
{
    /// <summary>The text of a name, or null when there is none.</summary>
    string? Find(string name);
}
