using System.Collections.Frozen;
using System.Text.Json;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>Which keywords are obeyed, which say nothing about values, and how their own values are read.</summary>
internal static class SchemaKeywords
{
    private static readonly FrozenSet<string> Obeyed = FrozenSet.Create(
        StringComparer.Ordinal,
        "$ref", "$defs", "definitions", "type", "enum", "const", "properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties",
        "maxProperties", "items", "prefixItems", "additionalItems", "minItems", "maxItems", "minLength", "maxLength", "pattern", "format", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "anyOf", "oneOf", "allOf", "nullable", "uniqueItems");

    private static readonly FrozenSet<string> Annotations = FrozenSet.Create(
        StringComparer.Ordinal,
        "title", "description", "default", "examples", "example", "$comment", "$schema", "deprecated", "readOnly", "writeOnly");

    /// <summary>Refuses keywords that would have to be ignored.</summary>
    public static void Check(SchemaNode node)
    {
        foreach (var property in node.Element.EnumerateObject())
        {
            if (property.Name == "$id" && node.Pointer.Length == 0)
            {
                continue;
            }

            if (property.Name == "uniqueItems" && property.Value.ValueKind != JsonValueKind.False)
            {
                throw Unsupported(node, property.Name);
            }

            if (!Obeyed.Contains(property.Name) && !Annotations.Contains(property.Name))
            {
                throw Unsupported(node, property.Name);
            }
        }
    }

    /// <summary>True when a schema says nothing about values.</summary>
    public static bool SaysNothing(SchemaNode node) =>
        node.Element.EnumerateObject().All(property => Annotations.Contains(property.Name) || property.Name is "$defs" or "definitions" or "$id" or "uniqueItems" or "$ref" or "allOf");

    /// <summary>A keyword's value as a count, when the schema has it.</summary>
    public static int? Count(SchemaNode node, string keyword)
    {
        if (node.Find(keyword) is not { } value)
        {
            return null;
        }

        var number = value.ValueKind == JsonValueKind.Number ? DecimalValue.Parse(value.GetRawText()) : null;
        if (number is not { IsNegative: false, IsInteger: true } count)
        {
            throw Malformed(node, keyword, value, "an integer of 0 or more");
        }

        return count.Whole.Length <= 9 && int.Parse(count.Whole) is var small && small <= Regexes.RegexParser.MaxCount
            ? small
            : throw ConstraintErrors.TooLarge("JSON schema", $"'{keyword}' is {count} at {ConstraintErrors.Place(node.Pointer)}", $"at most {Regexes.RegexParser.MaxCount:N0}");
    }

    /// <summary>A keyword's value as a number, when the schema has it.</summary>
    public static DecimalValue? Number(SchemaNode node, string keyword)
    {
        if (node.Find(keyword) is not { } value)
        {
            return null;
        }

        return (value.ValueKind == JsonValueKind.Number ? DecimalValue.Parse(value.GetRawText()) : null)
            ?? throw Malformed(node, keyword, value, $"a number of at most {DecimalValue.MostDigits} digits");
    }

    /// <summary>A keyword's value as text, when the schema has it.</summary>
    public static string? Text(SchemaNode node, string keyword) => node.Find(keyword) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Malformed(node, keyword, value, "a string"),
    };

    /// <summary>The members of a keyword's object of schemas.</summary>
    public static IEnumerable<(string Name, SchemaNode Schema)> Members(SchemaNode node, string keyword)
    {
        if (node.Find(keyword) is not { } value)
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().Select(member => (member.Name, node.Child(keyword, member.Name, member.Value)))
            : throw Malformed(node, keyword, value, "an object of schemas");
    }

    /// <summary>The elements of a keyword's array of schemas.</summary>
    public static IReadOnlyList<SchemaNode> Elements(SchemaNode node, string keyword, bool mayBeEmpty = false)
    {
        if (node.Find(keyword) is not { } value)
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array && (mayBeEmpty || value.GetArrayLength() > 0)
            ? [.. value.EnumerateArray().Select((element, index) => node.Child(keyword, index, element))]
            : throw Malformed(node, keyword, value, "an array of schemas with one element or more");
    }

    /// <summary>The strings of a keyword's array.</summary>
    public static IEnumerable<string> Strings(SchemaNode node, string keyword)
    {
        if (node.Find(keyword) is not { } value)
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(element => element.ValueKind == JsonValueKind.String)
            ? value.EnumerateArray().Select(element => element.GetString()!) // All are strings.
            : throw Malformed(node, keyword, value, "an array of strings");
    }

    /// <summary>The types that a schema allows.</summary>
    public static JsonTypes Types(SchemaNode node)
    {
        if (node.Find("type") is not { } value)
        {
            return JsonTypes.All;
        }

        var types = value.ValueKind switch
        {
            JsonValueKind.String => TypeOf(node, value),
            JsonValueKind.Array when value.GetArrayLength() > 0 => value.EnumerateArray().Aggregate(JsonTypes.None, (all, name) => all | TypeOf(node, name)),
            _ => throw Malformed(node, "type", value, "a type's name or an array of them"),
        };
        return node.Find("nullable") is { ValueKind: JsonValueKind.True } ? types | JsonTypes.Null : types;
    }

    public static ModelException Malformed(SchemaNode node, string keyword, JsonElement value, string expected) =>
        ConstraintErrors.Schema(node.PointerTo(keyword), $"{ConstraintErrors.Shorten(value.GetRawText())} for '{keyword}'", expected);

    private static JsonTypes TypeOf(SchemaNode node, JsonElement name) => (name.ValueKind == JsonValueKind.String ? name.GetString() : "") switch
    {
        "null" => JsonTypes.Null,
        "boolean" => JsonTypes.Boolean,
        "object" => JsonTypes.Object,
        "array" => JsonTypes.Array,
        "string" => JsonTypes.String,
        "integer" => JsonTypes.Integer,
        "number" => JsonTypes.Number,
        _ => throw Malformed(node, "type", name, "null, boolean, object, array, string, integer or number"),
    };

    private static ModelException Unsupported(SchemaNode node, string keyword) => ConstraintErrors.Schema(
        node.PointerTo(keyword),
        $"the keyword '{ConstraintErrors.Shorten(keyword)}', which cannot be enforced while writing",
        "a schema without it (docs/design/models-constraints.md lists the supported keywords)");
}
