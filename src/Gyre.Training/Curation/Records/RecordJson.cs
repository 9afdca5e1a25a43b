using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gyre.Contracts;

namespace Gyre.Training.Curation.Records;

/// <summary>A record as the JSON object that datasets keep and trainers read.</summary>
/// <remarks>
/// The texts stand as trainers expect them: <c>messages</c> with <c>role</c> and <c>content</c>; <c>prompt</c> and <c>completion</c>;
/// <c>prompt</c>, <c>chosen</c> and <c>rejected</c>; or <c>text</c>. Beside them <c>id</c>, <c>source</c>, <c>file</c>, <c>line</c>,
/// <c>licence</c>, <c>hash</c>, and where there are any <c>fields</c>, <c>flags</c> and <c>split</c>. Members are sorted, as
/// <see cref="CanonicalJson"/> writes them, so that equal records have equal bytes.
/// </remarks>
public static class RecordJson
{
    private const int IdDigits = 24;

    /// <summary>The members that are no fields of a record.</summary>
    internal static readonly IReadOnlySet<string> Reserved = new HashSet<string>(StringComparer.Ordinal)
    {
        "id", "source", "file", "line", "licence", "hash", "fields", "flags", "split", "messages", "prompt", "completion", "chosen", "rejected", "text",
    };

    /// <summary>The id of a record: the first digits of its hash, and which repetition of it this is when it is there several times.</summary>
    /// <param name="record">The record.</param>
    /// <param name="repetition">0 for the first.</param>
    public static string IdOf(CurationRecord record, int repetition = 0)
    {
        ArgumentNullException.ThrowIfNull(record);
        return repetition == 0 ? record.Hash[..IdDigits] : $"{record.Hash[..IdDigits]}.{repetition + 1}";
    }

    /// <summary>Writes a record, without a line end.</summary>
    /// <param name="record">The record.</param>
    /// <param name="id">Its id in the dataset.</param>
    /// <param name="split">The split it belongs to; empty for none.</param>
    /// <param name="destination">Receives UTF-8.</param>
    public static void Write(CurationRecord record, string id, string split, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(destination);
        var members = new SortedDictionary<string, Action>(StringComparer.Ordinal)
        {
            ["id"] = Text(id),
            ["source"] = Text(record.Origin.Source),
            ["file"] = Text(record.Origin.File),
            ["line"] = () => Raw(record.Origin.Line.ToString(CultureInfo.InvariantCulture)),
            ["licence"] = Text(record.Origin.Licence),
            ["hash"] = Text(record.Hash),
        };
        if (record.Fields.Count > 0)
        {
            members["fields"] = () => Object(record.Fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => (field.Key, Text(field.Value))));
        }

        if (record.Flags.Count > 0)
        {
            members["flags"] = () => List(record.Flags.Select(Text));
        }

        if (split.Length > 0)
        {
            members["split"] = Text(split);
        }

        if (record.Shape == RecordShape.Conversation)
        {
            members["messages"] = () => List(record.Parts.Select(part => (Action)(() => Object([("content", Text(part.Text)), ("role", Text(part.Role))]))));
        }
        else
        {
            foreach (var part in record.Parts)
            {
                members[part.Role] = Text(part.Text);
            }
        }

        Object(members.Select(member => (member.Key, member.Value)));

        Action Text(string text) => () => CanonicalJson.WriteText(text, destination);

        void Raw(string text) => destination.Write(Encoding.UTF8.GetBytes(text));

        void Object(IEnumerable<(string Name, Action Value)> parts)
        {
            var separator = "{";
            foreach (var (name, value) in parts)
            {
                Raw(separator);
                separator = ",";
                CanonicalJson.WriteText(name, destination);
                Raw(":");
                value();
            }

            Raw("}");
        }

        void List(IEnumerable<Action> items)
        {
            var separator = "";
            Raw("[");
            foreach (var item in items)
            {
                Raw(separator);
                separator = ",";
                item();
            }

            Raw("]");
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">It is no such object; the message says what stands where.</exception>
    public static CurationRecord Read(JsonElement value)
    {
        var columns = new RecordColumns();
        if (!JsonRecordReader.TryRead(value, columns, out var record, out var fault))
        {
            throw new FormatException(fault);
        }

        return record with
        {
            Origin = new RecordOrigin(TextOf("source"), TextOf("file"), value.TryGetProperty("line", out var line) && line.ValueKind == JsonValueKind.Number && line.TryGetInt64(out var number) ? number : 0, TextOf("licence")),
            Flags = value.TryGetProperty("flags", out var flags) && flags.ValueKind == JsonValueKind.Array ? [.. flags.EnumerateArray().Where(flag => flag.ValueKind == JsonValueKind.String).Select(flag => flag.GetString()!)] : [], // The kind says that there is one.
        };

        string TextOf(string name) => value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString()! : ""; // The kind says that there is one.
    }
}
