using System.Text.Json;
using Gyre.Training.Runs;

namespace Gyre.Training.Scaling;

/// <summary>One run on the plane of compute and loss.</summary>
/// <param name="Name">The run's name.</param>
/// <param name="Parameters">Number of trained numbers.</param>
/// <param name="Tokens">Positions seen.</param>
/// <param name="Loss">The lowest validation loss, in nats.</param>
public sealed record ScalingPoint(string Name, long Parameters, long Tokens, double Loss)
{
    /// <summary>The estimated training compute: 6 floating-point operations a parameter and token.</summary>
    /// <remarks>Source: J. Kaplan et al., "Scaling Laws for Neural Language Models", 2020, section 2.1.</remarks>
    public double Flops => 6.0 * Parameters * Tokens;

    /// <summary>Positions seen for each parameter.</summary>
    public double TokensPerParameter => (double)Tokens / Parameters;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Reads the point of a finished run.</summary>
    /// <param name="runFolder">The run folder.</param>
    /// <remarks>Errors: TRN0011 the folder holds no finished run, or its record cannot be read.</remarks>
    public static ScalingPoint Read(string runFolder)
    {
        var path = Path.Combine(runFolder, "scaling.json");
        try
        {
            return (File.Exists(path) ? JsonSerializer.Deserialize<ScalingPoint>(File.ReadAllText(path), Json) : null)
                ?? throw new TrainingException("TRN0011", $"Reading the size of a run failed: '{runFolder}' holds no finished run (no scaling.json). Finish the run, or name another folder.");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0011", $"Reading the size of a run failed: '{path}' cannot be read ({error.Message}); expected what a finished run writes. Name another folder.", error);
        }
    }

    internal void WriteTo(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Json) + "\n");
}
