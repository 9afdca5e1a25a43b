namespace Gyre.Models.Tools;

/// <summary>How a model family writes calls into its answer.</summary>
/// <param name="Open">The text before the calls; null when an answer that begins with an object is a call.</param>
/// <param name="Close">The text after each call; null for none.</param>
/// <param name="ArgumentsKey">The key of the arguments.</param>
/// <param name="IsList">The calls stand in one JSON list after a single <paramref name="Open"/>.</param>
/// <param name="IsParallel">One answer may hold several calls.</param>
internal sealed record ToolSyntax(string? Open, string? Close, string ArgumentsKey, bool IsList, bool IsParallel)
{
    /// <summary>Texts that may stand before a call without meaning anything to the reader.</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = [];
}
