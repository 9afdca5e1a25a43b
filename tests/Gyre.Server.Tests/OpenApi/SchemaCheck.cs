using System.Text.Json;

namespace Gyre.Server.Tests.OpenApi;

/// <summary>Compares a value with a schema of the document: types, required keys, and no keys besides.</summary>
internal static class SchemaCheck
{
    public static void Check(JsonElement document, JsonElement schema, JsonElement value, string place)
    {
        schema = Resolve(document, schema);
        if (schema.TryGetProperty("oneOf", out var choices) || schema.TryGetProperty("anyOf", out choices))
        {
            var fitting = choices.EnumerateArray().Select(choice => Resolve(document, choice)).Where(choice => Allows(choice, value)).ToList();
            fitting.ShouldNotBeEmpty($"{place} fits none of its schemas.");
            Check(document, fitting[0], value, place);
            return;
        }

        Allows(schema, value).ShouldBeTrue($"{place} is {value.ValueKind}, its schema {schema.GetRawText()}");
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                Check(document, schema.GetProperty("items"), item, place + "[]");
            }
        }
        else if (value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties))
        {
            foreach (var required in schema.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(item => item.GetString()!) : [])
            {
                value.TryGetProperty(required, out _).ShouldBeTrue($"{place} lacks {required}.");
            }

            foreach (var property in value.EnumerateObject())
            {
                properties.TryGetProperty(property.Name, out var own).ShouldBeTrue($"{place} has {property.Name}, which its schema does not know.");
                Check(document, own, property.Value, $"{place}.{property.Name}");
            }
        }
    }

    private static JsonElement Resolve(JsonElement document, JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            schema = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        }

        return schema;
    }

    private static bool Allows(JsonElement schema, JsonElement value)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return true;
        }

        var names = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(item => item.GetString()) : [type.GetString()];
        return names.Any(name => name switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            _ => false,
        });
    }
}
