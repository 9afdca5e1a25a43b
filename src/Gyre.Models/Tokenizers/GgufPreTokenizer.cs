using System.Text.Json;
using Gyre.Models.Tokenizers.Scanning;

namespace Gyre.Models.Tokenizers;

/// <summary>Finds the GGUF name of what a byte-level <c>tokenizer.json</c> does to text before it merges.</summary>
internal static class GgufPreTokenizer
{
    private static readonly string[] NamesOfPatterns = ["qwen2", "llama-bpe"];

    /// <summary>The name, or null when no name stands for exactly this.</summary>
    public static string? NameOf(JsonElement root)
    {
        var name = NormalizesOnly(Part(root, "normalizer")) ? NameOfStages(Part(root, "pre_tokenizer")) : null;
        var takesWhole = Part(root, "model") is { ValueKind: JsonValueKind.Object } model && Is(model, "ignore_merges", true);
        return name is not null && takesWhole == PreTokenizers.TakesWholePieces(name) ? name : null;
    }

    /// <summary>True for no normalisation, and for NFC, which GGUF files of such models leave out by custom.</summary>
    private static bool NormalizesOnly(JsonElement normalizer) =>
        normalizer.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null || TypeOf(normalizer) == "NFC";

    private static string? NameOfStages(JsonElement stages)
    {
        if (TypeOf(stages) == "ByteLevel")
        {
            return Is(stages, "use_regex", true) && !Is(stages, "add_prefix_space", true) ? "gpt-2" : null;
        }

        if (TypeOf(stages) != "Sequence" || Part(stages, "pretokenizers") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() != 2
            || TypeOf(list[0]) != "Split" || TypeOf(list[1]) != "ByteLevel" || Is(list[1], "use_regex", true) || Is(list[1], "add_prefix_space", true)
            || Part(Part(list[0], "pattern"), "Regex") is not { ValueKind: JsonValueKind.String } pattern)
        {
            return null;
        }

        return Array.Find(NamesOfPatterns, name => PreTokenizers.PatternOf(name) == pattern.GetString());
    }

    private static string? TypeOf(JsonElement part) => Part(part, "type") is { ValueKind: JsonValueKind.String } type ? type.GetString() : null;

    private static bool Is(JsonElement part, string name, bool value) => Part(part, name).ValueKind == (value ? JsonValueKind.True : JsonValueKind.False);

    private static JsonElement Part(JsonElement part, string name) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty(name, out var found) ? found : default;
}
