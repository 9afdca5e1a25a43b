using Gyre.Server.Wire;

namespace Gyre.Server.Files;

/// <summary>A row of the table <c>files</c>.</summary>
internal sealed class FileRow
{
    public string Id { get; set; } = "";

    public string Purpose { get; set; } = "";

    public string Name { get; set; } = "";

    public long Bytes { get; set; }

    public long CreatedAt { get; set; }

    public FileCard ToCard() => new() { Id = Id, Purpose = Purpose, Filename = Name, Bytes = Bytes, CreatedAt = CreatedAt };
}
