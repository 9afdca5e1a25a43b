using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Tools;
using Microsoft.Extensions.AI;

namespace Gyre.Models.Generation;

/// <summary>Reads the tools of <see cref="ChatOptions"/> and the choice among them.</summary>
internal static class ChatToolsReader
{
    private const int MaxNameLength = 64;

    /// <summary>What the answer may call; what cannot be obeyed is added to <paramref name="refused"/>.</summary>
    public static ToolUse Read(ChatOptions options, List<string> refused)
    {
        var tools = new List<ToolDefinition>();
        foreach (var tool in options.Tools ?? [])
        {
            if (tool is not AIFunctionDeclaration function)
            {
                refused.Add($"Tools {tool.GetType().Name} (expected functions)");
            }
            else if (!IsName(function.Name) || tools.Exists(other => other.Name == function.Name))
            {
                refused.Add($"Tools '{function.Name}' (expected names of 1 to {MaxNameLength} letters, digits, '_' and '-' that differ)");
            }
            else if (Parameters(function, refused, out var parameters))
            {
                tools.Add(new ToolDefinition(function.Name, function.Description, parameters)
                {
                    IsStrict = function.AdditionalProperties.TryGetValue("strict", out var strict) && strict is true,
                    Place = $"the schema of the function '{function.Name}'",
                });
            }
        }

        var isParallel = options.AllowMultipleToolCalls ?? true;
        switch (options.ToolMode)
        {
            case null or AutoChatToolMode:
                return new ToolUse(tools, tools, IsRequired: false, isParallel);
            case NoneChatToolMode:
                return ToolUse.None;
            case RequiredChatToolMode { RequiredFunctionName: { } name } when tools.Find(tool => tool.Name == name) is { } named:
                return new ToolUse(tools, [named], IsRequired: true, IsParallel: false);
            case RequiredChatToolMode { RequiredFunctionName: null } when tools.Count > 0:
                return new ToolUse(tools, tools, IsRequired: true, isParallel);
            case RequiredChatToolMode required:
                if (refused.Count == 0)
                {
                    refused.Add($"ToolMode {(required.RequiredFunctionName is { } absent ? $"'{absent}'" : "RequireAny")} (which none of its tools can answer)");
                }

                return ToolUse.None;
            default:
                refused.Add("ToolMode " + options.ToolMode.GetType().Name);
                return ToolUse.None;
        }
    }

    private static bool IsName(string name) => name.Length is > 0 and <= MaxNameLength && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    /// <summary>The schema of a function's arguments; null when it takes none.</summary>
    private static bool Parameters(AIFunctionDeclaration function, List<string> refused, out JsonObject? parameters)
    {
        parameters = null;
        var schema = function.JsonSchema;
        if (schema.ValueKind == JsonValueKind.Undefined)
        {
            return true;
        }

        if (schema.ValueKind != JsonValueKind.Object || (schema.TryGetProperty("type", out var type) && !(type.ValueKind == JsonValueKind.String && type.ValueEquals("object"))))
        {
            refused.Add($"Tools '{function.Name}' (whose schema is not that of an object)");
            return false;
        }

        parameters = JsonNode.Parse(schema.GetRawText()) is JsonObject { Count: > 0 } fields ? fields : null;
        return true;
    }
}
