using Gyre.Models.Tools;

namespace Gyre.Server.Generation;

/// <summary>Which functions a request offers, and whether one must be called.</summary>
/// <param name="Tools">The functions, as the model is told of them.</param>
/// <param name="Callable">Those of them that the answer may call.</param>
/// <param name="IsRequired">The answer must be a call.</param>
/// <param name="IsParallel">The answer may hold several calls.</param>
internal sealed record ToolUse(IReadOnlyList<ToolDefinition> Tools, IReadOnlyList<ToolDefinition> Callable, bool IsRequired, bool IsParallel)
{
    /// <summary>No functions.</summary>
    public static ToolUse None { get; } = new([], [], IsRequired: false, IsParallel: true);

    public bool IsOffered => Callable.Count > 0;
}
