using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>A kept file.</summary>
[Description("A kept file.")]
internal sealed record FileCard
{
    [Description("The file's id.")]
    public required string Id { get; init; }

    [Description("Always file.")]
    public string Object { get; init; } = "file";

    [Description("Its length in bytes.")]
    public required long Bytes { get; init; }

    [Description("When it came. Seconds since 1970-01-01T00:00:00Z.")]
    public required long CreatedAt { get; init; }

    [Description("The name that its sender gave it.")]
    public required string Filename { get; init; }

    [Description("fine-tune, fine-tune-results, batch, assistants, vision, user_data or evals.")]
    public required string Purpose { get; init; }

    [Description("Always processed: a file is there whole or not at all.")]
    public string Status { get; init; } = "processed";
}
