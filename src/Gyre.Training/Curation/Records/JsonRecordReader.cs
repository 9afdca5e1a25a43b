using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Gyre.Training.Curation.Records;

/// <summary>Finds the record in a JSON object.</summary>
internal static class JsonRecordReader
{
    private const int MostMessages = 10_000;
    private static readonly RecordOrigin Unknown = new("", "", 0, "");

    /// <summary>Reads an object; the origin has only the licence.</summary>
    /// <param name="value">The object.</param>
    /// <param name="columns">Which members are which.</param>
    /// <param name="record">The record.</param>
    /// <param name="fault">What was found and expected.</param>
    public static bool TryRead(JsonElement value, RecordColumns columns, [NotNullWhen(true)] out CurationRecord? record, [NotNullWhen(false)] out string? fault)
    {
        record = null;
        if (value.ValueKind != JsonValueKind.Object)
        {
            fault = $"is a JSON {Kind(value)}; expected an object.";
            return false;
        }

        try
        {
            return TryReadObject(value, columns, out record, out fault);
        }
        catch (InvalidOperationException)
        {
            // The framework decodes escapes only when a text is asked for, and tells then that they make no Unicode.
            fault = "has a text that is no Unicode: an escape stands for half a surrogate pair.";
            return false;
        }
    }

    private static bool TryReadObject(JsonElement value, RecordColumns columns, [NotNullWhen(true)] out CurationRecord? record, [NotNullWhen(false)] out string? fault)
    {
        record = null;
        var used = new HashSet<string>(StringComparer.Ordinal);
        if (!TryParts(value, columns, used, out var shape, out var parts, out fault))
        {
            return false;
        }

        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, column) in columns.Fields)
        {
            if (Find(value, column) is not { } member || Plain(member) is not { } text)
            {
                fault = $"has no text, number or truth value at '{column}' (the field '{name}').";
                return false;
            }

            used.Add(column.Split('.')[0]);
            fields[name] = text;
        }

        var licence = "";
        if (columns.Licence.Length > 0)
        {
            licence = Find(value, columns.Licence) is { } member ? Plain(member) ?? "" : "";
            used.Add(columns.Licence);
        }

        if (columns.KeepsOthers)
        {
            KeepOthers(value, used, fields);
        }

        record = new CurationRecord { Shape = shape, Parts = parts, Origin = Unknown with { Licence = licence.Trim() }, Fields = fields };
        return true;
    }

    private static bool TryParts(JsonElement value, RecordColumns columns, HashSet<string> used, out RecordShape shape, out IReadOnlyList<RecordPart> parts, [NotNullWhen(false)] out string? fault)
    {
        (shape, parts, fault) = (RecordShape.Conversation, [], null);
        if (Find(value, columns.Messages) is { ValueKind: JsonValueKind.Array } messages)
        {
            used.Add(columns.Messages.Split('.')[0]);
            return TryMessages(messages, out parts, out fault);
        }

        (string Role, string Column)[] wanted;
        if (Has(columns.Chosen) && Has(columns.Rejected))
        {
            shape = RecordShape.Preference;
            wanted = Has(columns.Prompt) ? [("prompt", columns.Prompt), ("chosen", columns.Chosen), ("rejected", columns.Rejected)] : [("chosen", columns.Chosen), ("rejected", columns.Rejected)];
        }
        else if (Has(columns.Prompt) && Has(columns.Completion))
        {
            shape = RecordShape.Completion;
            wanted = [("prompt", columns.Prompt), ("completion", columns.Completion)];
        }
        else if (Has(columns.Text))
        {
            shape = RecordShape.Text;
            wanted = [("text", columns.Text)];
        }
        else
        {
            var found = string.Join(", ", value.EnumerateObject().Take(12).Select(member => member.Name));
            fault = $"has no '{columns.Messages}' list, no '{columns.Chosen}' with '{columns.Rejected}', no '{columns.Prompt}' with '{columns.Completion}' and no '{columns.Text}'; found {(found.Length == 0 ? "no members" : found)}.";
            return false;
        }

        var read = new List<RecordPart>(wanted.Length);
        foreach (var (role, column) in wanted)
        {
            if (Find(value, column) is not { } member || Plain(member) is not { } text)
            {
                fault = $"holds a JSON {Kind(Find(value, column) ?? default)} at '{column}'; expected text.";
                return false;
            }

            used.Add(column.Split('.')[0]);
            read.Add(new RecordPart(role, text));
        }

        parts = read;
        return true;

        bool Has(string column) => Find(value, column) is { ValueKind: not JsonValueKind.Null };
    }

    private static bool TryMessages(JsonElement messages, out IReadOnlyList<RecordPart> parts, [NotNullWhen(false)] out string? fault)
    {
        var read = new List<RecordPart>();
        (parts, fault) = (read, null);
        foreach (var message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object
                || !message.TryGetProperty("role", out var role) || role.ValueKind != JsonValueKind.String
                || !message.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.String)
            {
                fault = $"has a message {read.Count + 1} without a 'role' and a 'content' that are texts.";
                return false;
            }

            if (message.EnumerateObject().FirstOrDefault(member => member.Name is not ("role" or "content")) is { Value.ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } other)
            {
                fault = $"has a message {read.Count + 1} with the member '{other.Name}', which would be lost; expected 'role' and 'content' alone.";
                return false;
            }

            if (read.Count == MostMessages)
            {
                fault = $"has more than {MostMessages} messages.";
                return false;
            }

            read.Add(new RecordPart(role.GetString()!, content.GetString()!)); // The kinds say that there are some.
        }

        if (read.Count == 0)
        {
            fault = "has no messages; expected at least one.";
        }

        return fault is null;
    }

    private static void KeepOthers(JsonElement value, HashSet<string> used, Dictionary<string, string> fields)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (member.Name == "fields" && member.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var inner in member.Value.EnumerateObject())
                {
                    Keep(inner);
                }
            }
            else if (!used.Contains(member.Name) && !RecordJson.Reserved.Contains(member.Name))
            {
                Keep(member);
            }
        }

        void Keep(JsonProperty member)
        {
            if (Plain(member.Value) is { Length: > 0 } text)
            {
                fields.TryAdd(member.Name, text);
            }
        }
    }

    private static string? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    private static JsonElement? Find(JsonElement root, string column)
    {
        if (root.TryGetProperty(column, out var direct))
        {
            return direct;
        }

        var element = root;
        foreach (var part in column.Split('.'))
        {
            if (element.ValueKind == JsonValueKind.Array && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < element.GetArrayLength())
            {
                element = element[index];
            }
            else if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(part, out element))
            {
                return null;
            }
        }

        return element;
    }

    private static string Kind(JsonElement value) => value.ValueKind.ToString().ToLowerInvariant();
}
