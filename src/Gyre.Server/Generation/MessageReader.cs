using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Templates;
using Gyre.Server.Parameters;

namespace Gyre.Server.Generation;

/// <summary>Reads the <c>messages</c> of a chat request.</summary>
internal static class MessageReader
{
    private const string Unsupported = "SRV0116";

    /// <summary>The conversation; faults name the message's place.</summary>
    public static List<ChatTurn> Read(RequestReader reader, int maxMessages)
    {
        var turns = new List<ChatTurn>();
        if (!reader.TryGet("messages", out var messages))
        {
            return turns;
        }

        if (messages.ValueKind != JsonValueKind.Array)
        {
            reader.AddWrongType("messages", messages, "a list of messages");
            return turns;
        }

        var count = messages.GetArrayLength();
        if (count == 0 || count > maxMessages)
        {
            reader.Faults.Add(RequestReader.OutOfRange, "messages", $"'messages' has {count:N0} entries; expected 1 to {maxMessages:N0}.");
            return turns;
        }

        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            var place = $"messages[{index++}]";
            if (message.ValueKind != JsonValueKind.Object)
            {
                reader.AddWrongType(place, message, "an object with 'role' and 'content'");
                continue;
            }

            turns.Add(ReadMessage(new RequestReader(message, place, reader.Faults), message));
        }

        return turns;
    }

    private static ChatTurn ReadMessage(RequestReader message, JsonElement element)
    {
        var role = message.TryGet("role", out _) ? message.ReadString("role") : null;
        if (role is "tool" or "function")
        {
            message.Faults.Add(Unsupported, message.PathOf("role"), $"'{message.PathOf("role")}' is '{role}'; tool calls are not built yet. Send system, user and assistant messages only.");
        }
        else if (role is not ("system" or "developer" or "user" or "assistant"))
        {
            message.Faults.Add(
                RequestReader.OutOfRange,
                message.PathOf("role"),
                $"'{message.PathOf("role")}' is {(role is null ? "missing" : "unknown")}; expected 'system', 'developer', 'user' or 'assistant'.");
        }

        foreach (var name in (ReadOnlySpan<string>)["tool_calls", "function_call", "audio"])
        {
            if (message.TryGet(name, out var value) && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0))
            {
                message.Faults.Add(Unsupported, message.PathOf(name), $"'{message.PathOf(name)}' is not supported: messages carry text only.");
            }
        }

        message.AllowOnly("role", "content", "name", "refusal", "annotations", "tool_calls", "function_call", "audio", "tool_call_id");
        var speaker = message.ReadString("name");
        return new ChatTurn(
            role == "developer" ? "system" : role ?? "user",
            ReadContent(message, element, role),
            speaker is null ? null : new JsonObject { ["name"] = speaker });
    }

    private static string ReadContent(RequestReader message, JsonElement element, string? role)
    {
        if (!message.TryGet("content", out var content))
        {
            if (role == "assistant")
            {
                return message.ReadString("refusal") ?? "";
            }

            message.Faults.Add("SRV0112", message.PathOf("content"), $"'{message.PathOf("content")}' is missing; expected the message's text.");
            return "";
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            if (content.ValueKind == JsonValueKind.String)
            {
                return message.ReadString("content") ?? "";
            }

            message.AddWrongType(message.PathOf("content"), content, "a string or a list of text parts");
            return "";
        }

        var text = new StringBuilder();
        var index = 0;
        foreach (var part in content.EnumerateArray())
        {
            var place = $"{message.PathOf("content")}[{index++}]";
            if (part.ValueKind != JsonValueKind.Object)
            {
                message.AddWrongType(place, part, "an object with 'type' and 'text'");
                continue;
            }

            var reader = new RequestReader(part, place, message.Faults);
            var type = reader.ReadString("type");
            if (type is "text" or "refusal")
            {
                text.Append(reader.ReadString(type));
                if (!reader.TryGet(type, out _))
                {
                    message.Faults.Add("SRV0112", reader.PathOf(type), $"'{reader.PathOf(type)}' is missing; expected the part's text.");
                }
            }
            else
            {
                message.Faults.Add(Unsupported, reader.PathOf("type"), $"'{reader.PathOf("type")}' is '{type ?? "missing"}'; this server reads text only. Send parts of type 'text'.");
            }
        }

        return text.ToString();
    }
}
