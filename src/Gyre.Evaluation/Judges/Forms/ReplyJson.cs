using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gyre.Evaluation.Judges.Forms;

/// <summary>What the forms share: looking members up, reading texts, writing schemas.</summary>
internal static class ReplyJson
{
    public static readonly string[] ReasonNames = ["reason", "reasoning", "explanation", "rationale", "justification"];

    private const int MostReasonCharacters = 4000;

    /// <summary>The first member of one of the names, case aside; null when there is none.</summary>
    public static JsonElement? Member(JsonElement reply, params ReadOnlySpan<string> names)
    {
        if (reply.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var name in names)
        {
            foreach (var member in reply.EnumerateObject())
            {
                if (string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase))
                {
                    return member.Value;
                }
            }
        }

        return null;
    }

    /// <summary>A string, or a number or truth value as JSON writes it; null for anything else.</summary>
    public static string? Text(JsonElement? value) => value?.ValueKind switch
    {
        JsonValueKind.String => value.Value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.Value.GetRawText(),
        _ => null,
    };

    /// <summary>The reason of an object; empty when it has none.</summary>
    public static string Reason(JsonElement reply) => Cut(Text(Member(reply, ReasonNames)) ?? "");

    /// <summary>A reason, not longer than tables can bear.</summary>
    public static string Cut(string reason)
    {
        reason = reason.Trim();
        return reason.Length <= MostReasonCharacters ? reason : reason[..(char.IsHighSurrogate(reason[MostReasonCharacters - 1]) ? MostReasonCharacters - 1 : MostReasonCharacters)];
    }

    /// <summary>An object with all of its members, in this order: reasons stand before what follows from them.</summary>
    public static JsonObject Object(params ReadOnlySpan<(string Name, JsonNode Schema)> members)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var (name, schema) in members)
        {
            properties.Add(name, schema);
            required.Add(name);
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
    }

    /// <summary>A text of bounded length without what JSON would escape, so that its tokens are bounded too.</summary>
    public static JsonObject Text(int maxLength) => new() { ["type"] = "string", ["pattern"] = $$"""^[^"\\\u0000-\u001F\u007F]{1,{{maxLength}}}$""" };

    /// <summary>A list.</summary>
    public static JsonObject List(JsonNode item, int least, int most) => new() { ["type"] = "array", ["items"] = item, ["minItems"] = least, ["maxItems"] = most };

    public static JsonElement ToElement(JsonObject schema) => JsonElement.Parse(schema.ToJsonString());
}
