using System.Text.Json;
using Gyre.Tensors.Threading;

namespace Gyre.Cli.Parity;

/// <summary>Where goldens are read from and what computes.</summary>
/// <param name="Folder">The folder of reference data; null without one.</param>
/// <param name="Team">The threads.</param>
internal sealed record ParityInput(string? Folder, ThreadTeam Team)
{
    /// <summary>A path in the folder of reference data, which has what a family needs.</summary>
    public string At(string relative) => Path.Combine(Folder ?? throw new InvalidOperationException($"Read '{relative}': there is no folder of reference data; a family names what it needs."), relative);

    /// <summary>A JSON file of the folder.</summary>
    public JsonElement Json(string relative) => Parse(File.ReadAllBytes(At(relative)));

    /// <summary>A file of goldens that comes with Gyre.</summary>
    public static JsonElement Shipped(string name)
    {
        using var stream = typeof(ParityInput).Assembly.GetManifestResourceStream("Gyre.Cli.Goldens." + name)
            ?? throw new InvalidOperationException($"Read goldens: there is no resource '{name}'; expected one of {string.Join(", ", typeof(ParityInput).Assembly.GetManifestResourceNames())}.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Parse(bytes.ToArray());
    }

    private static JsonElement Parse(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        return document.RootElement.Clone();
    }
}
