namespace Gyre.Models.Tools;

/// <summary>Which functions an answer may call, and whether it must.</summary>
/// <param name="Tools">The functions, as the model is told of them.</param>
/// <param name="Callable">Those of them that the answer may call.</param>
/// <param name="IsRequired">The answer must be a call.</param>
/// <param name="IsParallel">The answer may hold several calls.</param>
public sealed record ToolUse(IReadOnlyList<ToolDefinition> Tools, IReadOnlyList<ToolDefinition> Callable, bool IsRequired, bool IsParallel)
{
    /// <summary>No functions.</summary>
    public static ToolUse None { get; } = new([], [], IsRequired: false, IsParallel: true);

    /// <summary>Whether there is anything to call.</summary>
    public bool IsOffered => Callable.Count > 0;
}
