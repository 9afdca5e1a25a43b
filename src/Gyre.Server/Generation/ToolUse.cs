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

    /// <summary>Where the request says what a function's arguments look like; for errors.</summary>
    public string PlaceOf(ToolDefinition tool) => $"tools[{Math.Max(0, Tools.ToList().IndexOf(tool))}].{SchemaName}";

    /// <summary>The name of that place within a tool, on the request's wire.</summary>
    public string SchemaName { get; init; } = "function.parameters";
}
