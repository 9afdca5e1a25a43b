using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>A page of a response's input items.</summary>
[Description("A page of a response's input items.")]
internal sealed record ResponseItemList
{
    [Description("Always list.")]
    public string Object { get; init; } = "list";

    [Description("The items.")]
    public required IReadOnlyList<ResponseItem> Data { get; init; }

    [Description("The first item's id; null for an empty page.")]
    public required string? FirstId { get; init; }

    [Description("The last item's id, with which the next page goes on.")]
    public required string? LastId { get; init; }

    [Description("Whether there are more.")]
    public required bool HasMore { get; init; }
}
