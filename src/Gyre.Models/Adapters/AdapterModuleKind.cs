namespace Gyre.Models.Adapters;

/// <summary>What a module of a base is.</summary>
internal enum AdapterModuleKind
{
    Matrix,
    Embedding,
    Positions,
    Norm,
}
