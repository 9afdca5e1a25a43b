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
                RequireNames(element);
                return new Record(element);
            }

            faults.Add(number, $"is a JSON {element.ValueKind.ToString().ToLowerInvariant()}; expected an object.");
        }
        catch (JsonException error)
        {
            faults.Add(number, $"is not JSON (at byte {error.BytePositionInLine}); expected one object a line.");
        }
        catch (InvalidOperationException)
        {
            faults.Add(number, "has a member whose name is no Unicode: an escape stands for half a surrogate pair.");
        }

        return null;
    }

    /// <summary>The framework decodes escaped names only when they are asked for, and throws only then.</summary>
    private static void RequireNames(JsonElement element)
    {
        foreach (var member in element.EnumerateObject())
        {
            _ = member.Name;
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                RequireNames(member.Value);
            }
        }
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
            return Find(column) is { } element ? Texts(element, ref fault) : [];
        }

        public IEnumerable<(string Column, IReadOnlyList<string> Texts, string? Fault)> Others(IReadOnlySet<string> used)
        {
            foreach (var member in root.EnumerateObject().Where(member => !used.Contains(member.Name)))
            {
                var isFacts = member.NameEquals("facts") && member.Value.ValueKind == JsonValueKind.Object;
                foreach (var (name, value) in isFacts ? member.Value.EnumerateObject().Select(fact => (fact.Name, fact.Value)) : [(member.Name, member.Value)])
                {
                    string? fault = null;
                    var texts = Texts(value, ref fault);
                    yield return (name, texts, fault);
                }
            }
        }

        private static IReadOnlyList<string> Texts(JsonElement element, ref string? fault)
        {
            if (element.ValueKind == JsonValueKind.Null)
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
                case JsonValueKind.String when IsUnicode(element, out var text):
                    return text;
                case JsonValueKind.String:
                    fault = "is no Unicode: an escape stands for half a surrogate pair.";
                    return null;
                case JsonValueKind.Number:
                    return element.GetRawText();
                case JsonValueKind.True or JsonValueKind.False:
                    return element.GetBoolean() ? "true" : "false";
                default:
                    fault = $"holds a JSON {element.ValueKind.ToString().ToLowerInvariant()}; expected text, a number, true or false, or a list of those.";
                    return null;
            }
        }

        /// <summary>The framework decodes escapes only when the text is asked for, and tells then what they are.</summary>
        private static bool IsUnicode(JsonElement element, out string? text)
        {
            try
            {
                text = element.GetString();
                return true;
            }
            catch (InvalidOperationException)
            {
                text = null;
                return false;
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
