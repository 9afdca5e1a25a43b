using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Gyre.Evaluation.Datasets;

/// <summary>One JSON object a line, UTF-8.</summary>
internal sealed class JsonLinesReader : IRecordReader
{
    private const int MostLineBytes = 16 << 20;
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    public IEnumerable<(long Line, IRecord Record)> Read(Stream stream, DatasetFaults faults)
    {
        var number = 0L;
        foreach (var read in Lines(stream))
        {
            number++;
            var line = number == 1 && read.AsSpan().StartsWith(Mark) ? read[Mark.Length..] : read;
            if (line.Length > MostLineBytes)
            {
                faults.Add(number, $"has more than {MostLineBytes} bytes; a row is expected to be shorter.");
                yield break;
            }

            if (line.AsSpan().Trim(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            if (Parse(line, number, faults) is { } record)
            {
                yield return (number, record);
            }
        }
    }

    private static Record? Parse(byte[] line, long number, DatasetFaults faults)
    {
        if (!Utf8.IsValid(line))
        {
            faults.Add(number, "is not UTF-8; expected one encoding, UTF-8, in the whole file.");
            return null;
        }

        try
        {
            var element = JsonElement.Parse(line);
            if (element.ValueKind == JsonValueKind.Object)
            {
                return new Record(element);
            }

            faults.Add(number, $"is a JSON {element.ValueKind.ToString().ToLowerInvariant()}; expected an object.");
        }
        catch (JsonException error)
        {
            faults.Add(number, $"is not JSON (at byte {error.BytePositionInLine}); expected one object a line.");
        }

        return null;
    }

    private static IEnumerable<byte[]> Lines(Stream stream)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        using var line = new MemoryStream();
        try
        {
            int count;
            while ((count = stream.Read(buffer)) > 0)
            {
                var from = 0;
                for (int end; (end = buffer.AsSpan(from, count - from).IndexOf((byte)'\n')) >= 0; from += end + 1)
                {
                    line.Write(buffer, from, end);
                    yield return line.ToArray();
                    line.SetLength(0);
                }

                line.Write(buffer, from, count - from);
                if (line.Length > MostLineBytes)
                {
                    // The reader above refuses it; what follows is not looked at.
                    yield return line.ToArray();
                    yield break;
                }
            }

            if (line.Length > 0)
            {
                yield return line.ToArray();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private sealed class Record(JsonElement root) : IRecord
    {
        public IEnumerable<string> Columns => root.EnumerateObject().Select(member => member.Name);

        public bool Has(string column) => Find(column) is not null;

        public IReadOnlyList<string> Texts(string column, out string? fault)
        {
            fault = null;
            if (Find(column) is not { } element || element.ValueKind == JsonValueKind.Null)
            {
                return [];
            }

            if (element.ValueKind != JsonValueKind.Array)
            {
                return Text(element, ref fault) is { } text ? [text] : [];
            }

            var texts = new List<string>();
            foreach (var item in element.EnumerateArray())
            {
                if (Text(item, ref fault) is { } text)
                {
                    texts.Add(text);
                }
            }

            return texts;
        }

        private static string? Text(JsonElement element, ref string? fault)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    return element.GetString();
                case JsonValueKind.Number:
                    return element.GetRawText();
                case JsonValueKind.True or JsonValueKind.False:
                    return element.GetBoolean() ? "true" : "false";
                default:
                    fault = $"holds a JSON {element.ValueKind.ToString().ToLowerInvariant()}; expected text, a number, true or false, or a list of those.";
                    return null;
            }
        }

        private JsonElement? Find(string column)
        {
            if (root.TryGetProperty(column, out var direct))
            {
                return direct;
            }

            var element = root;
            foreach (var part in column.Split('.'))
            {
                if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(part, out element))
                {
                    return null;
                }
            }

            return element;
        }
    }
}
