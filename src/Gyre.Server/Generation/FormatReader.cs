using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Constraints;
using Gyre.Models.Generation;
using Gyre.Server.Parameters;

namespace Gyre.Server.Generation;

/// <summary>Reads the form that a request asks its answer to have, in each wire's own words.</summary>
internal static class FormatReader
{
    private const int MaxNameLength = 64;
    private const int MaxChoices = 1024;

    /// <summary><c>response_format</c> or <c>structured_outputs</c>; null for free text.</summary>
    public static AnswerFormat? ReadChat(RequestReader reader)
    {
        var format = reader.ReadObject("response_format", out _) is { } asked ? ReadType(asked, static (format, type) =>
        {
            format.AllowOnly("type", "json_schema");
            return type == "json_schema" ? format.ReadObject("json_schema", out _) ?? Missing(format, "json_schema") : format;
        }) : null;
        return One(reader, format, "response_format");
    }

    /// <summary><c>text.format</c> or <c>structured_outputs</c>; null for free text.</summary>
    public static AnswerFormat? ReadResponses(RequestReader reader, RequestReader? text)
    {
        var format = text?.ReadObject("format", out _) is { } asked ? ReadType(asked, static (format, _) => format) : null;
        return One(reader, format, "text.format");
    }

    /// <summary><c>structured_outputs</c> as vLLM's users know it: one of <c>json</c>, <c>regex</c>, <c>grammar</c> and
    /// <c>choice</c>; with <c>disable_any_whitespace</c> false, JSON may be written over several lines.</summary>
    public static AnswerFormat? ReadStructured(RequestReader reader)
    {
        if (reader.ReadObject("structured_outputs", out var found) is not { } asked)
        {
            return null;
        }

        const string Whitespace = "disable_any_whitespace";
        asked.AllowOnly("json", "json_object", "regex", "grammar", "choice", Whitespace);
        var options = new ConstraintOptions { Whitespace = asked.ReadBoolean(Whitespace) == false ? JsonWhitespace.Indented : JsonWhitespace.Usual };
        var set = found.EnumerateObject().Count(field => field.Value.ValueKind != JsonValueKind.Null && !field.NameEquals(Whitespace));
        if (set == 0)
        {
            return null;
        }

        if (set > 1)
        {
            asked.Faults.Add("SRV0115", "structured_outputs", $"'structured_outputs' has {set} entries; expected one of 'json', 'json_object', 'regex', 'grammar' and 'choice'.");
            return null;
        }

        if (asked.ReadBoolean("json_object") is { } isObject)
        {
            return isObject ? AnyObject("structured_outputs.json_object", options) : null;
        }

        if (asked.ReadString("regex") is { } pattern)
        {
            return new AnswerFormat("regex " + pattern, "structured_outputs.regex", () => Constraint.FromRegex(pattern));
        }

        if (asked.ReadString("grammar") is { } grammar)
        {
            return new AnswerFormat("grammar " + grammar, "structured_outputs.grammar", () => Constraint.FromGrammar(grammar));
        }

        return asked.TryGet("choice", out _) ? ReadChoice(asked) : asked.TryGet("json", out var schema) ? ReadJson(asked, schema, options) : null;
    }

    private static AnswerFormat AnyObject(string place, ConstraintOptions options) => new($"json {options.Whitespace}", place, () => Constraint.AnyJsonObject(options));

    private static AnswerFormat? ReadChoice(RequestReader asked)
    {
        var choices = asked.ReadTexts("choice", MaxChoices).Distinct(StringComparer.Ordinal).ToList();
        if (choices.Count == 0)
        {
            asked.Faults.Add(RequestReader.OutOfRange, "structured_outputs.choice", "'structured_outputs.choice' is an empty list; expected at least one text.");
            return null;
        }

        return new AnswerFormat("choice " + string.Join('\0', choices), "structured_outputs.choice", () => Constraint.Choice([.. choices.Select(Constraint.Literal)]));
    }

    private static AnswerFormat? ReadJson(RequestReader asked, JsonElement schema, ConstraintOptions options)
    {
        const string Place = "structured_outputs.json";
        if (schema.ValueKind == JsonValueKind.String)
        {
            return asked.ReadString("json") is { } text ? Schema(text, Place, options) : null;
        }

        if (schema.ValueKind is not (JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False))
        {
            asked.AddWrongType(Place, schema, "a JSON schema");
            return null;
        }

        return JsonText.TryRead(schema, Place, asked.Faults, out var node) ? Schema(node!.ToJsonString(JsonText.Relaxed), Place, options) : null; // Objects and booleans are no nulls.
    }

    private static AnswerFormat Schema(string schema, string place, ConstraintOptions options) =>
        new($"schema {options.Whitespace} {schema}", place, () => Constraint.FromJsonSchema(schema, options));

    private static AnswerFormat? One(RequestReader reader, AnswerFormat? format, string place)
    {
        var structured = ReadStructured(reader);
        if (format is not null && structured is not null)
        {
            reader.Faults.Add("SRV0115", "structured_outputs", $"'structured_outputs' and '{place}' both say what the answer must look like; expected one of them.");
        }

        return format ?? structured;
    }

    private static AnswerFormat? ReadType(RequestReader format, Func<RequestReader, string, RequestReader?> open)
    {
        var type = format.ReadString("type", "text", "json_object", "json_schema");
        if (type is null)
        {
            if (!format.TryGet("type", out _))
            {
                Missing(format, "type");
            }

            return null;
        }

        if (open(format, type) is not { } fields || type == "text")
        {
            return null;
        }

        return type == "json_object"
            ? AnyObject(format.PathOf("type"), new ConstraintOptions()) with { Shown = new JsonObject { ["type"] = type } }
            : ReadSchema(fields);
    }

    private static AnswerFormat? ReadSchema(RequestReader fields)
    {
        fields.AllowOnly("type", "name", "description", "schema", "strict");
        var name = fields.ReadString("name");
        if (name is null)
        {
            if (!fields.TryGet("name", out _))
            {
                Missing(fields, "name");
            }
        }
        else if (name.Length is 0 or > MaxNameLength || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-')))
        {
            fields.Faults.Add(RequestReader.OutOfRange, fields.PathOf("name"), $"'{fields.PathOf("name")}' is no name; expected 1 to {MaxNameLength} letters, digits, '_' and '-'.");
        }

        var description = fields.ReadString("description");
        var isStrict = fields.ReadBoolean("strict");
        if (fields.ReadObject("schema", out var found) is null)
        {
            if (!fields.TryGet("schema", out _))
            {
                Missing(fields, "schema");
            }

            return null;
        }

        var place = fields.PathOf("schema");
        if (!JsonText.TryRead(found, place, fields.Faults, out var schema))
        {
            return null;
        }

        return Schema(schema!.ToJsonString(JsonText.Relaxed), place, new ConstraintOptions()) with // An object's copy is no null.
        {
            Shown = new JsonObject { ["type"] = "json_schema", ["name"] = name, ["description"] = description, ["schema"] = schema, ["strict"] = isStrict ?? false },
        };
    }

    private static RequestReader? Missing(RequestReader reader, string name)
    {
        if (!reader.TryGet(name, out _))
        {
            reader.Faults.Add("SRV0112", reader.PathOf(name), $"'{reader.PathOf(name)}' is missing.");
        }

        return null;
    }
}
