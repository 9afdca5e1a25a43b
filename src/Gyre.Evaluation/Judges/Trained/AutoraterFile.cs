using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gyre.Evaluation.Judges.Trained;

/// <summary>The file of an autorater: one JSON object, read strictly.</summary>
internal static class AutoraterFile
{
    private const long MostBytes = 16L << 20;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 4,
        WriteIndented = true,
    };

    public static AutoraterModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MostBytes)
            {
                throw new EvaluationException("EVA0102", $"Reading the autorater '{path}' failed: it has {stream.Length} bytes; expected {MostBytes} at most. Give a file that training wrote.");
            }

            var content = JsonSerializer.Deserialize<AutoraterContent>(stream, Strict) ?? throw Bad(path, "null", null);
            var fault = content.Scorers.Concat([content.Provenance, content.Finding]).Any(text => text is null) ? "a text that is null" : content.Fault();
            return fault.Length == 0 ? new AutoraterModel(content) : throw Bad(path, fault, null);
        }
        catch (JsonException error)
        {
            throw Bad(path, $"JSON that does not fit (line {error.LineNumber + 1}, {error.Path ?? "$"})", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException("EVA0102", $"Reading the autorater '{path}' failed: {error.Message} Check path and permissions.", error);
        }
    }

    public static void Save(AutoraterModel model, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        try
        {
            File.WriteAllText(path, JsonSerializer.Serialize(model.Content, Strict) + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException("EVA0105", $"Writing the autorater '{path}' failed: {error.Message} Check path, permissions and free space.", error);
        }
    }

    private static EvaluationException Bad(string path, string found, Exception? inner) =>
        new("EVA0103", $"Reading the autorater '{path}' failed: found {found}; expected a whole file in the form '{AutoraterContent.Version}'. Train it again, or fetch the file again.", inner);
}
