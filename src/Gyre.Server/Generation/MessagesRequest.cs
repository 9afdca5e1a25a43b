using System.Text.Json;
using Gyre.Models;
using Gyre.Models.Generation;
using Gyre.Models.Templates;
using Gyre.Models.Tools;
using Gyre.Server.Catalog;
using Gyre.Server.Parameters;

namespace Gyre.Server.Generation;

/// <summary>Reads a messages request into the chat request that it stands for.</summary>
internal static class MessagesRequest
{
    private const int MaxStops = 16;
    private const string Unsupported = "SRV0116";

    /// <param name="body">The request's JSON.</param>
    /// <param name="faults">Takes what is wrong with it.</param>
    /// <param name="alias">What was asked for.</param>
    /// <param name="model">What answers.</param>
    /// <param name="maxMessages">The longest conversation.</param>
    /// <param name="isCounting">Only the prompt is wanted.</param>
    public static ChatRequest Read(JsonElement body, RequestFaults faults, ModelAlias alias, LanguageModel model, int maxMessages, bool isCounting)
    {
        var reader = new RequestReader(body, "", faults);
        var turns = ReadMessages(reader, maxMessages);
        if (ReadText(reader, "system", "the system prompt") is { Length: > 0 } system)
        {
            turns.Insert(0, new ChatTurn("system", system));
        }

        reader.ReadObject("thinking", out _)?.ReadString("type", "disabled");
        var defaults = alias.Options;
        var stops = reader.ReadTexts("stop_sequences", MaxStops);
        if (stops.Any(stop => stop.Length == 0))
        {
            faults.Add(RequestReader.OutOfRange, "stop_sequences", "'stop_sequences' holds an empty text; expected texts of one character or more.");
        }

        reader.ReadString("service_tier", "auto", "standard_only");
        var metadata = reader.ReadObject("metadata", out _);
        metadata?.AllowOnly("user_id");
        return new ChatRequest
        {
            Turns = GenerationService.WithSystem(turns, alias),
            Tools = ToolReader.ReadMessages(reader),
            Options = defaults with
            {
                MaxTokens = isCounting ? 1 : (int?)reader.ReadInteger("max_tokens", 1, int.MaxValue) ?? 1,
                Temperature = reader.ReadNumber("temperature", 0, 1) ?? defaults.Temperature,
                TopP = reader.ReadNumber("top_p", 0, 1) is { } topP ? SamplingParameters.AtLeastOne(topP) : defaults.TopP,
                TopK = (int?)reader.ReadInteger("top_k", 0, int.MaxValue) ?? defaults.TopK,
                Stop = stops.Count > 0 ? stops : defaults.Stop,
            },
            ChoiceCount = 1,
            IsStreamed = reader.ReadBoolean("stream") ?? false,
            IncludesUsage = false,
            User = metadata?.ReadString("user_id"),
        };
    }

    private static List<ChatTurn> ReadMessages(RequestReader reader, int maxMessages)
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
        var role = "";
        foreach (var item in messages.EnumerateArray())
        {
            var place = $"messages[{index++}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                reader.AddWrongType(place, item, "an object with 'role' and 'content'");
                continue;
            }

            var message = new RequestReader(item, place, reader.Faults);
            message.AllowOnly("role", "content");
            role = message.ReadString("role", "user", "assistant") ?? Missing(message, "role") ?? "";
            ReadMessage(message, role, calls, turns);
        }

        if (role == "assistant")
        {
            reader.Faults.Add("SRV0115", $"messages[{index - 1}].role", "The last message is the assistant's, and answers begin anew here; expected the user's as the last.");
        }

        return turns;
    }

    private static void ReadMessage(RequestReader message, string role, HashSet<string> calls, List<ChatTurn> turns)
    {
        if (!message.TryGet("content", out var content))
        {
            Missing(message, "content");
            return;
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            turns.Add(new ChatTurn(role, message.ReadString("content") ?? ""));
            return;
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            message.AddWrongType(message.PathOf("content"), content, "a string or a list of blocks");
            return;
        }

        var texts = new List<string>();
        var made = new List<ToolCall>();
        var index = 0;
        foreach (var item in content.EnumerateArray())
        {
            var place = $"{message.PathOf("content")}[{index++}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                message.AddWrongType(place, item, "a block, an object with 'type'");
                continue;
            }

            var block = new RequestReader(item, place, message.Faults);
            switch (block.ReadString("type"))
            {
                case "text":
                    block.AllowOnly("type", "text", "cache_control", "citations");
                    texts.Add(block.ReadString("text") ?? Missing(block, "text") ?? "");
                    break;
                case "tool_use" when role == "assistant":
                    if (ReadCall(block, item) is { } call)
                    {
                        made.Add(call);
                        calls.Add(call.Id);
                    }

                    break;
                case "tool_result" when role == "user":
                    turns.Add(ReadResult(block, calls));
                    break;
                case null when !block.TryGet("type", out _):
                    Missing(block, "type");
                    break;
                case { } type:
                    message.Faults.Add(Unsupported, block.PathOf("type"), $"'{block.PathOf("type")}' is '{(type.Length <= 40 ? type : type[..40] + "…")}' in a message of the {role}; expected 'text'{(role == "user" ? " or 'tool_result'" : " or 'tool_use'")}: this server reads text only.");
                    break;
            }
        }

        if (texts.Count > 0 || made.Count > 0 || index == 0)
        {
            turns.Add(new ChatTurn(role, string.Concat(texts)) { ToolCalls = made });
        }
    }

    private static ToolCall? ReadCall(RequestReader block, JsonElement item)
    {
        block.AllowOnly("type", "id", "name", "input", "cache_control");
        var id = block.ReadString("id") ?? Missing(block, "id");
        var name = block.ReadString("name") ?? Missing(block, "name");
        if (block.ReadObject("input", out var input) is null)
        {
            Missing(block, "input");
            return null;
        }

        return JsonText.TryRead(input, block.PathOf("input"), block.Faults, out var arguments) && id is not null && name is not null
            ? new ToolCall(id, name, arguments!.ToJsonString(JsonText.Relaxed)) // An object's copy is none of JSON's nulls.
            : null;
    }

    private static ChatTurn ReadResult(RequestReader block, HashSet<string> calls)
    {
        block.AllowOnly("type", "tool_use_id", "content", "is_error", "cache_control");
        var id = block.ReadString("tool_use_id") ?? Missing(block, "tool_use_id");
        if (id is not null && !calls.Contains(id))
        {
            block.Faults.Add("SRV0115", block.PathOf("tool_use_id"), $"'{block.PathOf("tool_use_id")}' names no tool_use of a message before it; expected the id of one.");
        }

        var text = ReadText(block, "content", "the result") ?? "";
        return new ChatTurn("tool", block.ReadBoolean("is_error") == true ? "Error: " + text : text) { ToolCallId = id };
    }

    /// <summary>A text, or blocks of text one after the other.</summary>
    private static string? ReadText(RequestReader reader, string name, string what)
    {
        if (!reader.TryGet(name, out var content))
        {
            return null;
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            return reader.ReadString(name);
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            reader.AddWrongType(reader.PathOf(name), content, $"{what} as a string or a list of text blocks");
            return null;
        }

        var texts = new List<string>();
        var index = 0;
        foreach (var item in content.EnumerateArray())
        {
            var place = $"{reader.PathOf(name)}[{index++}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                reader.AddWrongType(place, item, "a block, an object with 'type' and 'text'");
                continue;
            }

            var block = new RequestReader(item, place, reader.Faults);
            block.AllowOnly("type", "text", "cache_control", "citations");
            if (block.ReadString("type", "text") is null && !block.TryGet("type", out _))
            {
                Missing(block, "type");
            }

            texts.Add(block.ReadString("text") ?? Missing(block, "text") ?? "");
        }

        return string.Concat(texts);
    }

    private static string? Missing(RequestReader reader, string name)
    {
        if (!reader.TryGet(name, out _))
        {
            reader.Faults.Add("SRV0112", reader.PathOf(name), $"'{reader.PathOf(name)}' is missing.");
        }

        return null;
    }
}
