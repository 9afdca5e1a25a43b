using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Templates;
using Gyre.Models.Tools;
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

        var calls = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            var place = $"messages[{index++}]";
            if (message.ValueKind != JsonValueKind.Object)
            {
                reader.AddWrongType(place, message, "an object with 'role' and 'content'");
                continue;
            }

            turns.Add(ReadMessage(new RequestReader(message, place, reader.Faults), message, calls));
        }

        return turns;
    }

    private static ChatTurn ReadMessage(RequestReader message, JsonElement element, HashSet<string> calls)
    {
        var role = message.TryGet("role", out _) ? message.ReadString("role") : null;
        if (role is "function")
        {
            message.Faults.Add(Unsupported, message.PathOf("role"), $"'{message.PathOf("role")}' is 'function', the form of before tools; expected 'tool' with 'tool_call_id'.");
        }
        else if (role is not ("system" or "developer" or "user" or "assistant" or "tool"))
        {
            message.Faults.Add(
                RequestReader.OutOfRange,
                message.PathOf("role"),
                $"'{message.PathOf("role")}' is {(role is null ? "missing" : "unknown")}; expected 'system', 'developer', 'user', 'assistant' or 'tool'.");
        }

        foreach (var name in (ReadOnlySpan<string>)["function_call", "audio"])
        {
            if (message.TryGet(name, out var value) && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0))
            {
                message.Faults.Add(Unsupported, message.PathOf(name), $"'{message.PathOf(name)}' is not supported: messages carry text and tool calls.");
            }
        }

        message.AllowOnly("role", "content", "name", "refusal", "annotations", "tool_calls", "function_call", "audio", "tool_call_id");
        var speaker = message.ReadString("name");
        var called = ReadCalls(message, role);
        foreach (var call in called)
        {
            calls.Add(call.Id);
        }

        return new ChatTurn(
            role == "developer" ? "system" : role ?? "user",
            ReadContent(message, element, role),
            speaker is null ? null : new JsonObject { ["name"] = speaker })
        {
            ToolCalls = called,
            ToolCallId = ReadCallId(message, role, calls),
        };
    }

    private static string? ReadCallId(RequestReader message, string? role, HashSet<string> calls)
    {
        var id = message.ReadString("tool_call_id");
        if (role != "tool")
        {
            if (id is not null)
            {
                message.Faults.Add("SRV0115", message.PathOf("tool_call_id"), $"'{message.PathOf("tool_call_id")}' is set in a message that is no tool's; expected it with the role 'tool' only.");
            }

            return null;
        }

        if (id is null)
        {
            if (!message.TryGet("tool_call_id", out _))
            {
                message.Faults.Add("SRV0112", message.PathOf("tool_call_id"), $"'{message.PathOf("tool_call_id")}' is missing; expected the id of the call that this answers.");
            }
        }
        else if (!calls.Contains(id))
        {
            message.Faults.Add("SRV0115", message.PathOf("tool_call_id"), $"'{message.PathOf("tool_call_id")}' names no call of an assistant's message before it; expected the id of one.");
        }

        return id;
    }

    private static List<ToolCall> ReadCalls(RequestReader message, string? role)
    {
        var calls = new List<ToolCall>();
        if (!message.TryGet("tool_calls", out var list))
        {
            return calls;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            message.AddWrongType(message.PathOf("tool_calls"), list, "a list of calls");
            return calls;
        }

        if (role != "assistant" && list.GetArrayLength() > 0)
        {
            message.Faults.Add("SRV0115", message.PathOf("tool_calls"), $"'{message.PathOf("tool_calls")}' is set in a message that is not the assistant's.");
        }

        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var place = $"{message.PathOf("tool_calls")}[{index++}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                message.AddWrongType(place, item, "a call with 'id', 'type' and 'function'");
                continue;
            }

            var call = new RequestReader(item, place, message.Faults);
            call.AllowOnly("id", "type", "function", "index");
            call.ReadString("type", "function");
            var id = Required(call, "id");
            if (call.ReadObject("function", out _) is not { } function)
            {
                Required(call, "function.name");
                continue;
            }

            function.AllowOnly("name", "arguments");
            var (name, arguments) = (Required(function, "name"), Required(function, "arguments"));
            if (CheckedArguments(function, "arguments", arguments) && id is not null && name is not null)
            {
                calls.Add(new ToolCall(id, name, arguments!)); // Checked just before.
            }
        }

        return calls;
    }

    /// <summary>Whether a call's arguments can be shown to the model again: templates read them as an object.</summary>
    public static bool CheckedArguments(RequestReader function, string name, string? arguments)
    {
        if (arguments is null)
        {
            return false;
        }

        if (JsonText.IsObject(arguments))
        {
            return true;
        }

        function.Faults.Add(RequestReader.OutOfRange, function.PathOf(name), $"'{function.PathOf(name)}' is not the text of a JSON object; expected the arguments as the call had them.");
        return false;
    }

    private static string? Required(RequestReader reader, string name)
    {
        if (!reader.TryGet(name, out _))
        {
            reader.Faults.Add("SRV0112", reader.PathOf(name), $"'{reader.PathOf(name)}' is missing.");
            return null;
        }

        return reader.ReadString(name);
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
