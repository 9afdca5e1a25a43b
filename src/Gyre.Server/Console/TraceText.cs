using System.Globalization;
using System.Text.Json;
using Gyre.Observability;

namespace Gyre.Server.Console;

/// <summary>How the pages of traces write what a trace holds.</summary>
internal static class TraceText
{
    public const string Dash = "–";

    public static string OrDash(string text) => text.Length == 0 ? Dash : text;

    public static string Link(TraceSummary trace) => "/traces/" + Uri.EscapeDataString(trace.Id);

    public static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan? time) => time switch
    {
        null => Dash,
        { TotalMilliseconds: < 1 } some => string.Create(CultureInfo.InvariantCulture, $"{some.TotalMilliseconds:0.00} ms"),
        { TotalMilliseconds: < 10 } some => string.Create(CultureInfo.InvariantCulture, $"{some.TotalMilliseconds:0.0} ms"),
        { TotalSeconds: < 1 } some => string.Create(CultureInfo.InvariantCulture, $"{some.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1 } some => string.Create(CultureInfo.InvariantCulture, $"{some.TotalSeconds:0.00} s"),
        { } some => string.Create(CultureInfo.InvariantCulture, $"{(int)some.TotalMinutes} min {some.Seconds} s"),
    };

    public static string Status(TraceStatus status) => status switch
    {
        TraceStatus.Ok => "Answered",
        TraceStatus.Error => "Failed",
        _ => "Stopped",
    };

    public static string Operation(string operation) => operation switch
    {
        "chat" => "Chat",
        "text_completion" => "Completion",
        "generate_content" => "Generate",
        var other => OrDash(other),
    };

    public static string Role(string role) => role switch
    {
        "user" => "User",
        "assistant" => "Assistant",
        "system" => "System",
        "developer" => "Developer",
        "" => "Text",
        var other => other,
    };

    /// <summary>Tokens a second after the first one; a dash where there is nothing to divide.</summary>
    public static string Rate(TraceSummary trace) =>
        trace.TimeToFirstToken is { } first && trace.OutputTokens > 1 && trace.Duration > first
            ? ((trace.OutputTokens - 1) / (trace.Duration - first).TotalSeconds).ToString("0", CultureInfo.InvariantCulture)
            : Dash;

    /// <summary>The messages that a trace keeps, as roles and texts; a shape of another kind is shown as it is.</summary>
    public static IReadOnlyList<(string Role, string Text)> Messages(string json)
    {
        if (json.Length == 0)
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return [.. document.RootElement.EnumerateArray().Select(message => (
                message.GetProperty("role").GetString() ?? "",
                string.Concat(message.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("content").GetString()))))];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Another version may have kept them in another form; what is there is still worth showing.
            return [("", json)];
        }
    }

    public static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() ?? "",
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Value)),
        _ => value.GetRawText(),
    };
}
