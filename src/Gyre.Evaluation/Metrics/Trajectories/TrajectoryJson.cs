using System.Text.Json;

namespace Gyre.Evaluation.Metrics.Trajectories;

/// <summary>Reads trajectories that stand as JSON in outputs and references.</summary>
/// <remarks>
/// A list of calls, or an object with <c>calls</c> and, where they are known, <c>steps</c>, <c>cost</c> and <c>reached_goal</c>. A
/// call is <c>{"name", "arguments"}</c> or, as chat APIs write it, <c>{"function": {"name", "arguments"}}</c>; arguments are an
/// object or its text.
/// </remarks>
public static class TrajectoryJson
{
    private const int MostCharacters = 16 << 20;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Reads what an agent did.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="sample">What it says; nothing is wanted or forbidden in it.</param>
    /// <param name="fault">Why it cannot be read.</param>
    public static bool TryRead(string text, out TrajectorySample? sample, out string fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        (sample, fault) = (null, "");
        if (text.Length > MostCharacters)
        {
            fault = $"it has {text.Length} characters, and {MostCharacters} are the most";
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(text, Options);
            sample = Read(document.RootElement);
            return true;
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            // Expected of a model.
            fault = $"it is no trajectory: {error.Message.ReplaceLineEndings(" ")}";
            return false;
        }
    }

    private static TrajectorySample Read(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            return new TrajectorySample { Made = Calls(root) };
        }

        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("calls", out var calls) || calls.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("expected a list of calls, or an object with 'calls'");
        }

        var steps = Member(root, "steps");
        return new TrajectorySample
        {
            Made = Calls(calls),
            Steps = steps is { } count ? count.TryGetInt32(out var whole) && whole >= 0 ? whole : throw new FormatException("'steps' is no whole number of 0 or more") : null,
            Cost = Member(root, "cost")?.GetDouble() is { } cost ? double.IsFinite(cost) && cost >= 0 ? cost : throw new FormatException("'cost' is no number of 0 or more") : null,
            ReachedGoal = Member(root, "reached_goal")?.GetBoolean(),
        };
    }

    private static List<ToolCall> Calls(JsonElement list)
    {
        var calls = new List<ToolCall>();
        foreach (var item in list.EnumerateArray())
        {
            var call = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("function", out var function) ? function : item;
            if (call.ValueKind != JsonValueKind.Object || Member(call, "name") is not { ValueKind: JsonValueKind.String } name || name.GetString() is not { Length: > 0 } tool)
            {
                throw new FormatException($"call {calls.Count + 1} has no name");
            }

            var arguments = Member(call, "arguments");
            calls.Add(new ToolCall(tool, arguments is null ? "" : arguments.Value.ValueKind == JsonValueKind.String ? arguments.Value.GetString() ?? "" : arguments.Value.GetRawText()));
        }

        return calls;
    }

    private static JsonElement? Member(JsonElement element, string name) => element.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;
}
