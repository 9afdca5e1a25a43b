namespace Gyre.Tensors;

/// <summary>
/// Marks code that runs per token or per step: no managed allocation after warm-up, no LINQ, closures, boxing,
/// formatting, exceptions or async inside.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class HotPathAttribute : Attribute;
