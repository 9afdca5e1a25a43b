using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gyre.Training.Runs;

/// <summary>Appends to and reads <c>metrics.jsonl</c>: one JSON object a line.</summary>
/// <remarks>A line is flushed to the operating system as soon as it is written, so a killed process loses none.</remarks>
internal sealed class MetricsLog : IDisposable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly FileStream _stream;

    private MetricsLog(FileStream stream) => _stream = stream;

    /// <summary>Opens the log for appending and drops the lines after <paramref name="lastStep"/>, which will be written again.</summary>
    public static MetricsLog Open(string path, int lastStep)
    {
        if (File.Exists(path))
        {
            var kept = Read(path).Where(point => point.Step <= lastStep).Select(point => JsonSerializer.Serialize(point, Json) + "\n");
            AtomicFile.WriteText(path, string.Concat(kept));
        }

        return new MetricsLog(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read));
    }

    /// <summary>The points of a log; a last line that was cut off is left out.</summary>
    public static IEnumerable<MetricsPoint> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length > 1 && line[0] == '{' && line[^1] == '}')
            {
                yield return Parse(line, path, number);
            }
        }
    }

    private static MetricsPoint Parse(string line, string path, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<MetricsPoint>(line, Json)!; // A line that begins with a brace is never null.
        }
        catch (JsonException error)
        {
            throw new TrainingException("TRN0015", $"Reading '{path}' failed: line {number} is no measurement ({error.Message.TrimEnd('.')}); expected one JSON object a line as training writes it. Remove that line.", error);
        }
    }

    public void Append(MetricsPoint point)
    {
        JsonSerializer.Serialize(_stream, point, Json);
        _stream.WriteByte((byte)'\n');
        _stream.Flush();
    }

    public void Dispose() => _stream.Dispose();
}
