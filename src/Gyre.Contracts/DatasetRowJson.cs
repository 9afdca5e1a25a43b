using System.Buffers;
using System.Text.Json;

namespace Gyre.Contracts;

/// <summary>The JSON object that a <see cref="DatasetRow"/> is: what is hashed, kept and exported.</summary>
/// <remarks>
/// The members are <c>facts</c> (an object of texts), <c>family</c>, <c>id</c>, <c>prompt</c>, <c>reference</c>,
/// <c>subject</c>, <c>task</c>, written as <see cref="CanonicalJson"/>. Empty texts and empty facts are left out, but for
/// <c>id</c> and <c>prompt</c>; what is left out is read as empty. Different rows have different bytes.
/// </remarks>
public static class DatasetRowJson
{
    /// <summary>Writes a row, without a line end. Half a surrogate pair, which is no Unicode, stands as its escape; <see cref="Read"/> refuses it.</summary>
    public static void Write(DatasetRow row, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write("{"u8);
        if (row.Facts.Count > 0)
        {
            WriteFacts(row.Facts, destination);
            destination.Write(","u8);
        }

        Optional("\"family\":"u8, row.Family);
        destination.Write("\"id\":"u8);
        CanonicalJson.WriteText(row.Id, destination);
        destination.Write(",\"prompt\":"u8);
        CanonicalJson.WriteText(row.Prompt, destination);
        Last(",\"reference\":"u8, row.Reference);
        Last(",\"subject\":"u8, row.Subject);
        Last(",\"task\":"u8, row.Task);
        destination.Write("}"u8);

        void Optional(ReadOnlySpan<byte> name, string text)
        {
            if (text.Length > 0)
            {
                destination.Write(name);
                CanonicalJson.WriteText(text, destination);
                destination.Write(","u8);
            }
        }

        void Last(ReadOnlySpan<byte> name, string text)
        {
            if (text.Length > 0)
            {
                destination.Write(name);
                CanonicalJson.WriteText(text, destination);
            }
        }
    }

    /// <summary>Reads a row.</summary>
    /// <exception cref="FormatException">The value is no such object; the message says what stands where.</exception>
    public static DatasetRow Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"found a JSON {Kind(value)}; expected an object");
        }

        var (id, task, prompt, reference, family, subject) = ("", "", "", "", "", "");
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            switch (member.Name)
            {
                case "id": id = Text(member.Name, member.Value); break;
                case "task": task = Text(member.Name, member.Value); break;
                case "prompt": prompt = Text(member.Name, member.Value); break;
                case "reference": reference = Text(member.Name, member.Value); break;
                case "family": family = Text(member.Name, member.Value); break;
                case "subject": subject = Text(member.Name, member.Value); break;
                case "facts": ReadFacts(member.Value, facts); break;
                default: throw new FormatException($"the member '{member.Name}' is unknown; expected facts, family, id, prompt, reference, subject and task");
            }
        }

        return id.Length == 0 || prompt.Length == 0
            ? throw new FormatException("'id' or 'prompt' is missing or empty; expected both")
            : new DatasetRow(id, task, prompt, reference, facts, family, subject);
    }

    private static void WriteFacts(IReadOnlyDictionary<string, string> facts, IBufferWriter<byte> destination)
    {
        destination.Write("\"facts\":"u8);
        var separator = "{"u8;
        foreach (var (name, text) in facts.OrderBy(fact => fact.Key, StringComparer.Ordinal))
        {
            destination.Write(separator);
            separator = ","u8;
            CanonicalJson.WriteText(name, destination);
            destination.Write(":"u8);
            CanonicalJson.WriteText(text, destination);
        }

        destination.Write("}"u8);
    }

    private static void ReadFacts(JsonElement value, Dictionary<string, string> facts)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"'facts' is a JSON {Kind(value)}; expected an object");
        }

        foreach (var fact in value.EnumerateObject())
        {
            facts[fact.Name] = Text($"facts.{fact.Name}", fact.Value);
        }
    }

    private static string Text(string name, JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String
                ? value.GetString()! // The kind says that there is one.
                : throw new FormatException($"'{name}' is a JSON {Kind(value)}; expected text");
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException($"'{name}' is no Unicode: an escape stands for half a surrogate pair", error);
        }
    }

    private static string Kind(JsonElement value) => value.ValueKind.ToString().ToLowerInvariant();
}
