using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>A page of the kept files.</summary>
[Description("A page of the kept files.")]
internal sealed record FileList
{
    [Description("Always list.")]
    public string Object { get; init; } = "list";

    [Description("The files.")]
    public required IReadOnlyList<FileCard> Data { get; init; }

    [Description("The first one's id; null for an empty page.")]
    public required string? FirstId { get; init; }

    [Description("The last one's id, with which the next page goes on.")]
    public required string? LastId { get; init; }

    [Description("Whether there are more.")]
    public required bool HasMore { get; init; }
}
