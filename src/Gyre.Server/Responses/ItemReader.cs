using System.Text.Json;
using Gyre.Contracts;
using Gyre.Models.Templates;
using Gyre.Models.Tools;
using Gyre.Server.Generation;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;

namespace Gyre.Server.Responses;

/// <summary>Reads the <c>input</c> of a response, and turns items into the conversation that they are.</summary>
internal static class ItemReader
{
    private const string Unsupported = "SRV0116";

    /// <summary>The request's own items.</summary>
    /// <param name="reader">The request.</param>
    /// <param name="earlier">The items before them, whose calls they may answer.</param>
    /// <param name="ids">Gives ids to items that bring none.</param>
    /// <param name="maxItems">The most items.</param>
    public static IReadOnlyList<ResponseItem> Read(RequestReader reader, IReadOnlyList<ResponseItem> earlier, IIdSource ids, int maxItems)
    {
        if (!reader.TryGet("input", out var input))
        {
            return [];
        }

        if (input.ValueKind == JsonValueKind.String)
        {
            return reader.ReadString("input") is { } text ? [Message(ids.NewId("msg"), "user", text)] : [];
        }

        if (input.ValueKind != JsonValueKind.Array)
        {
            reader.AddWrongType("input", input, "a string or a list of items");
            return [];
        }

        var count = input.GetArrayLength();
        if (count == 0 || count > maxItems)
        {
            reader.Faults.Add(RequestReader.OutOfRange, "input", $"'input' has {count:N0} items; expected 1 to {maxItems:N0}.");
            return [];
        }

        var calls = earlier.Where(item => item.Type == "function_call").Select(item => item.CallId ?? "").ToHashSet(StringComparer.Ordinal);
        var items = new List<ResponseItem>(count);
        foreach (var (element, index) in input.EnumerateArray().Select((element, index) => (element, index)))
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                reader.AddWrongType($"input[{index}]", element, "an item, an object with 'role' and 'content' or with 'type'");
            }
            else if (ReadItem(new RequestReader(element, $"input[{index}]", reader.Faults), calls, ids) is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }

    /// <summary>Items as messages: an assistant's calls belong to its message before them.</summary>
    public static List<ChatTurn> ToTurns(IEnumerable<ResponseItem> items)
    {
        var turns = new List<ChatTurn>();
        foreach (var item in items)
        {
            switch (item.Type)
            {
                case "function_call" when item is { Status: not "incomplete", CallId: { } id, Name: { } name, Arguments: { } arguments }:
                    var call = new ToolCall(id, name, arguments);
                    if (turns.Count > 0 && turns[^1].Role == "assistant")
                    {
                        turns[^1] = turns[^1] with { ToolCalls = [.. turns[^1].ToolCalls, call] };
                    }
                    else
                    {
                        turns.Add(new ChatTurn("assistant", "") { ToolCalls = [call] });
                    }

                    break;
                case "function_call_output":
                    turns.Add(new ChatTurn("tool", item.Output ?? "") { ToolCallId = item.CallId });
                    break;
                case "message":
                    turns.Add(new ChatTurn(item.Role == "developer" ? "system" : item.Role ?? "user", string.Concat((item.Content ?? []).Select(part => part.Text))));
                    break;
                default:
                    // Half a call that the token limit cut off cannot be shown as one.
                    break;
            }
        }

        return turns;
    }

    private static ResponseItem Message(string id, string role, string text) => new()
    {
        Type = "message",
        Id = id,
        Status = "completed",
        Role = role,
        Content = [role == "assistant" ? new ResponsePart { Type = "output_text", Text = text, Annotations = [] } : new ResponsePart { Type = "input_text", Text = text }],
    };

    private static ResponseItem? ReadItem(RequestReader item, HashSet<string> calls, IIdSource ids)
    {
        switch (item.ReadString("type"))
        {
            case "message":
                return ReadMessage(item, ids);
            case null when !item.TryGet("type", out _):
                return ReadMessage(item, ids);
            case "function_call":
                item.AllowOnly("type", "id", "call_id", "name", "arguments", "status");
                item.ReadString("status", "in_progress", "completed", "incomplete");
                var (callId, name, arguments) = (Required(item, "call_id"), Required(item, "name"), Required(item, "arguments"));
                if (!MessageReader.CheckedArguments(item, "arguments", arguments) || callId is null || name is null)
                {
                    return null;
                }

                calls.Add(callId);
                return new ResponseItem { Type = "function_call", Id = item.ReadString("id") ?? ids.NewId("fc"), Status = "completed", CallId = callId, Name = name, Arguments = arguments };
            case "function_call_output":
                item.AllowOnly("type", "id", "call_id", "output", "status");
                item.ReadString("status", "in_progress", "completed", "incomplete");
                var answered = Required(item, "call_id");
                if (answered is not null && !calls.Contains(answered))
                {
                    item.Faults.Add("SRV0115", item.PathOf("call_id"), $"'{item.PathOf("call_id")}' names no function_call before it; expected the call_id of one.");
                }

                return new ResponseItem { Type = "function_call_output", Id = item.ReadString("id") ?? ids.NewId("fco"), Status = "completed", CallId = answered, Output = ReadText(item, "output") };
            case { } type:
                item.Faults.Add(Unsupported, item.PathOf("type"), $"'{item.PathOf("type")}' is '{(type.Length <= 40 ? type : type[..40] + "…")}'; expected 'message', 'function_call' or 'function_call_output'.");
                return null;
            default:
                return null;
        }
    }

    private static ResponseItem ReadMessage(RequestReader item, IIdSource ids)
    {
        item.AllowOnly("type", "id", "role", "content", "status", "phase");
        item.ReadString("status", "in_progress", "completed", "incomplete");
        var role = item.ReadString("role", "user", "assistant", "system", "developer");
        if (role is null && !item.TryGet("role", out _))
        {
            item.Faults.Add("SRV0112", item.PathOf("role"), $"'{item.PathOf("role")}' is missing; expected 'user', 'assistant', 'system' or 'developer'.");
        }

        return Message(item.ReadString("id") ?? ids.NewId("msg"), role ?? "user", ReadText(item, "content"));
    }

    private static string ReadText(RequestReader item, string name)
    {
        if (!item.TryGet(name, out var content))
        {
            item.Faults.Add("SRV0112", item.PathOf(name), $"'{item.PathOf(name)}' is missing; expected its text.");
            return "";
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            return item.ReadString(name) ?? "";
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            item.AddWrongType(item.PathOf(name), content, "a string or a list of text parts");
            return "";
        }

        var texts = new List<string>();
        foreach (var (element, index) in content.EnumerateArray().Select((element, index) => (element, index)))
        {
            var place = $"{item.PathOf(name)}[{index}]";
            if (element.ValueKind != JsonValueKind.Object)
            {
                item.AddWrongType(place, element, "a part, an object with 'type' and 'text'");
                continue;
            }

            var part = new RequestReader(element, place, item.Faults);
            var type = part.ReadString("type");
            if (type is "input_text" or "output_text" or "text")
            {
                texts.Add(Required(part, "text") ?? "");
            }
            else if (type == "refusal")
            {
                texts.Add(Required(part, "refusal") ?? "");
            }
            else if (type is not null || !part.TryGet("type", out _))
            {
                item.Faults.Add(Unsupported, part.PathOf("type"), $"'{part.PathOf("type")}' is '{type ?? "missing"}'; this server reads text only. Send parts of type 'input_text' or 'output_text'.");
            }
        }

        return string.Concat(texts);
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
}
