using System.Text.Json;

namespace Gyre.Server.Experiments;

/// <summary>A model's seven sides as <c>helm.json</c> holds them.</summary>
/// <param name="Format">The format's name and version.</param>
/// <param name="Benchmark">The benchmark's name.</param>
/// <param name="Model">The model.</param>
/// <param name="Dimensions">The seven dimensions.</param>
public sealed record HelmFile(string Format, string Benchmark, BenchmarkFile.ModelPart? Model, IReadOnlyList<HelmFile.DimensionPart>? Dimensions)
{
    private const string KnownFormat = "gyre-helm-1";
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { MaxDepth = 8 };

    /// <summary>The view; null when the file is something else, for then nothing says that it belongs to the run beside it.</summary>
    public static HelmFile? TryRead(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<HelmFile>(json, Options) is { Format: KnownFormat, Dimensions: not null } file ? file : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>One dimension.</summary>
    /// <param name="Dimension">Its name.</param>
    /// <param name="Measured">What was measured.</param>
    /// <param name="Direction"><c>higher</c> or <c>lower</c>: which end is the good one.</param>
    /// <param name="Value">The number; null when there is none.</param>
    /// <param name="Undefined">Why there is none.</param>
    public sealed record DimensionPart(string Dimension, string Measured, string Direction, double? Value, string? Undefined);
}
