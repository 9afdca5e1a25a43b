using System.Buffers;
using System.Text;
using System.Text.Json;
using Gyre.Registry.Ratings;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gyre.Cli.Ratings;

/// <summary>Reads a rubric from YAML: as JSON, in which the registry finds its faults.</summary>
internal static class RubricFile
{
    private const int MostBytes = 1 << 20;
    private const int MostDepth = 8;

    public static RatingRubric Load(string path)
    {
        string yaml;
        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                throw Faulty(path, $"it has more than {MostBytes:N0} bytes; a rubric is shorter");
            }

            yaml = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException("CLI0003", $"Reading a rubric failed: {error.Message} File: {path}. Check the path and its permissions.", error);
        }

        return RatingRubric.Parse(ToJson(yaml, path));
    }

    private static string ToJson(string yaml, string path)
    {
        try
        {
            var parser = new Parser(new StringReader(yaml));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                throw Faulty(path, "it is empty");
            }

            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer))
            {
                WriteNode(parser, writer, path, "", 0);
            }

            parser.Consume<DocumentEnd>();
            return Encoding.UTF8.GetString(buffer.WrittenSpan);
        }
        catch (YamlException error)
        {
            throw Faulty(path, $"line {error.Start.Line}, column {error.Start.Column}: {error.Message}");
        }
    }

    /// <summary>Writes the next node; the one number of a rubric is a question's points, all else is text.</summary>
    private static void WriteNode(Parser parser, Utf8JsonWriter writer, string path, string key, int depth)
    {
        if (depth > MostDepth)
        {
            throw Faulty(path, $"it nests deeper than {MostDepth} levels");
        }

        if (parser.TryConsume<MappingStart>(out _))
        {
            writer.WriteStartObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var name = parser.TryConsume<Scalar>(out var scalar) ? scalar.Value : throw Faulty(path, $"line {parser.Current?.Start.Line}: a key is no text");
                writer.WritePropertyName(name);
                WriteNode(parser, writer, path, name, depth + 1);
            }

            writer.WriteEndObject();
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            writer.WriteStartArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                WriteNode(parser, writer, path, "", depth + 1);
            }

            writer.WriteEndArray();
        }
        else if (parser.TryConsume<Scalar>(out var value))
        {
            if (key == "points" && int.TryParse(value.Value, out var points))
            {
                writer.WriteNumberValue(points);
            }
            else
            {
                writer.WriteStringValue(value.Value);
            }
        }
        else
        {
            throw Faulty(path, $"line {parser.Current?.Start.Line}: YAML references (*name) are not read");
        }
    }

    private static CliException Faulty(string path, string fault) =>
        new("CLI0004", $"Reading a rubric failed: {fault}. File: {path}. Expected one YAML mapping with form and questions, as docs/design/registry-ratings.md describes.");
}
