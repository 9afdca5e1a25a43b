using System.Text.Json;

namespace Gyre.Models.Tokenizers;

/// <summary>One described part of <c>tokenizer.json</c>: an object with a type and its options.</summary>
/// <param name="Element">The object.</param>
/// <param name="Source">The file, for messages.</param>
/// <param name="Role">What the part is, for messages: normalizer, decoder and the like.</param>
internal readonly record struct JsonPart(JsonElement Element, string Source, string Role)
{
    /// <summary>True when the file has no such part.</summary>
    public bool IsAbsent => Element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>The part's type.</summary>
    public string Type => Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty("type", out var type)
        ? JsonVocabulary.TextOf(type, Source, Role + ".type")
        : throw TokenizerErrors.WrongShape(Source, Role, JsonVocabulary.Describe(Element), "an object with a type");

    /// <summary>The parts of a sequence.</summary>
    public IEnumerable<JsonPart> Children(string name)
    {
        if (!Element.TryGetProperty(name, out var children) || children.ValueKind != JsonValueKind.Array)
        {
            throw TokenizerErrors.WrongShape(Source, $"{Role}.{name}", "no array", "an array");
        }

        foreach (var child in children.EnumerateArray())
        {
            yield return new JsonPart(child, Source, Role);
        }
    }

    /// <summary>A truth value, or what stands for it when it is absent.</summary>
    public bool Flag(string name, bool otherwise) =>
        Element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : otherwise;

    /// <summary>A text, or null when it is absent.</summary>
    public string? Text(string name) =>
        Element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? JsonVocabulary.TextOf(value, Source, $"{Role}.{name}") : null;

    /// <summary>A whole number from 0 on, or 0 when it is absent.</summary>
    public int Number(string name) =>
        Element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 ? number : 0;

    /// <summary>A pattern: <c>{"String": …}</c> or <c>{"Regex": …}</c>.</summary>
    public (string Text, bool IsRegex) Pattern()
    {
        if (Element.TryGetProperty("pattern", out var pattern) && pattern.ValueKind == JsonValueKind.Object)
        {
            var part = new JsonPart(pattern, Source, Role);
            if (part.Text("String") is { Length: > 0 } literal)
            {
                return (literal, false);
            }

            if (part.Text("Regex") is { Length: > 0 } regex)
            {
                return (regex, true);
            }
        }

        throw TokenizerErrors.WrongShape(Source, Role + ".pattern", "no pattern", "an object with a String or a Regex that is not empty");
    }

    /// <summary>The error for a type that is not supported.</summary>
    public ModelException Unsupported(string expected) => TokenizerErrors.UnsupportedPart(Source, Role, Type, expected);
}
