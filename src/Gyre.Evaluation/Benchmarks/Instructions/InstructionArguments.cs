using System.Text.Json;

namespace Gyre.Evaluation.Benchmarks.Instructions;

/// <summary>Reads the arguments of an instruction.</summary>
internal static class InstructionArguments
{
    private const string AtLeast = "at least";
    private const string LessThan = "less than";

    /// <summary>A text; null when it is missing.</summary>
    public static string? Text(JsonElement arguments, string name) =>
        Member(arguments, name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;

    /// <summary>A whole number; null when it is missing. Data sets write some as 3.0.</summary>
    public static int? Number(JsonElement arguments, string name) =>
        Member(arguments, name) is { ValueKind: JsonValueKind.Number } member && member.TryGetDouble(out var value) && Math.Abs(value) < int.MaxValue && Math.Floor(value) == value ? (int)value : null;

    /// <summary>A list of texts; null when it is missing.</summary>
    public static IReadOnlyList<string>? Texts(JsonElement arguments, string name) =>
        Member(arguments, name) is { ValueKind: JsonValueKind.Array } member && member.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. member.EnumerateArray().Select(item => item.GetString()!)] // All of them are strings.
            : null;

    /// <summary>Whether a count is as the arguments demand; null when they do not say.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="count">What was counted.</param>
    /// <param name="number">The number's name.</param>
    /// <param name="relation">The name of "at least" or "less than".</param>
    public static bool? Holds(JsonElement arguments, int count, string number, string relation = "relation") =>
        (Number(arguments, number), Text(arguments, relation)) switch
        {
            ({ } wanted, AtLeast) => count >= wanted,
            ({ } wanted, LessThan) => count < wanted,
            _ => null,
        };

    private static JsonElement? Member(JsonElement arguments, string name) =>
        arguments.ValueKind == JsonValueKind.Object && arguments.TryGetProperty(name, out var member) ? member : null;
}
