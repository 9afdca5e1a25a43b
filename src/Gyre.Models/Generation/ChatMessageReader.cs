using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Templates;
using Gyre.Models.Tools;
using Microsoft.Extensions.AI;

namespace Gyre.Models.Generation;

/// <summary>Reads <see cref="ChatMessage"/>s as a conversation that templates know: texts, calls and their results.</summary>
internal static class ChatMessageReader
{
    /// <summary>Without line ends and needless escapes: a model reads every character of it.</summary>
    private static readonly JsonSerializerOptions Compact = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The conversation.</summary>
    /// <param name="messages">Oldest first; a message with several results becomes several turns.</param>
    /// <param name="instructions">A system message before all others; empty for none.</param>
    /// <param name="callIds">Takes the ids of all calls.</param>
    /// <remarks>Errors: RUN0306 for content that is neither text, call nor result, and for a result whose call does not stand before it.</remarks>
    public static List<ChatTurn> Read(IEnumerable<ChatMessage> messages, string instructions, HashSet<string> callIds)
    {
        var turns = new List<ChatTurn>();
        if (instructions.Length > 0)
        {
            turns.Add(new ChatTurn(ChatRole.System.Value, instructions));
        }

        foreach (var message in messages)
        {
            Read(message, turns, callIds);
        }

        return turns;
    }

    private static void Read(ChatMessage message, List<ChatTurn> destination, HashSet<string> callIds)
    {
        var calls = new List<ToolCall>();
        var results = new List<ChatTurn>();
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case TextContent or UsageContent:
                    break;
                case FunctionCallContent call when message.Role == ChatRole.Assistant:
                    calls.Add(new ToolCall(call.CallId, call.Name, Arguments(call)));
                    callIds.Add(call.CallId);
                    break;
                case FunctionResultContent result when message.Role == ChatRole.Tool:
                    results.Add(callIds.Contains(result.CallId)
                        ? new ChatTurn(ChatRole.Tool.Value, Text(result.Result)) { ToolCallId = result.CallId }
                        : throw new ModelException(
                            "RUN0306",
                            $"Chat refused: a tool's message answers the call '{result.CallId}'; expected the id of a call in an assistant's message before it. Keep that message in the conversation."));
                    break;
                default:
                    throw new ModelException(
                        "RUN0306",
                        $"Chat refused: a {message.Role.Value} message holds {content.GetType().Name}; this model reads text, an assistant's calls and a tool's results. Send those, or choose a model that reads more.");
            }
        }

        if (results.Count > 0)
        {
            destination.AddRange(results);
        }
        else
        {
            destination.Add(new ChatTurn(message.Role.Value, message.Text, message.AuthorName is { } name ? new JsonObject { ["name"] = name } : null) { ToolCalls = calls });
        }
    }

    private static string Arguments(FunctionCallContent call) => JsonSerializer.Serialize(
        call.Arguments ?? new Dictionary<string, object?>(),
        Compact.GetTypeInfo(typeof(IDictionary<string, object?>)));

    private static string Text(object? result) => result switch
    {
        null => "",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } element => element.GetString() ?? "",
        _ => JsonSerializer.Serialize(result, Compact.GetTypeInfo(result.GetType())),
    };
}
