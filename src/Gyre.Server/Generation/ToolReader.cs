using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Tools;
using Gyre.Server.Parameters;

namespace Gyre.Server.Generation;

/// <summary>Reads the tools of a request and the choice among them, in each wire's own form.</summary>
internal static class ToolReader
{
    private const int MaxTools = 128;
    private const int MaxNameLength = 64;
    private const string Unsupported = "SRV0116";

    /// <summary>The form of chat completions: <c>{"type":"function","function":{…}}</c>.</summary>
    public static ToolUse ReadChat(RequestReader reader)
    {
        var tools = ReadList(reader, tool =>
        {
            tool.AllowOnly("type", "function");
            CheckType(tool);
            if (tool.ReadObject("function", out _) is { } function)
            {
                function.AllowOnly("name", "description", "parameters", "strict");
                return ReadFunction(function, "parameters");
            }

            return Missing(tool, "function", "the function's name and parameters");
        });
        return Choose(reader, tools, reader.ReadBoolean("parallel_tool_calls") ?? true, static choice => choice.ReadObject("function", out _)?.ReadString("name") ?? Missing(choice, "function.name"));
    }

    /// <summary>The form of responses: <c>{"type":"function","name":…}</c>.</summary>
    public static ToolUse ReadResponses(RequestReader reader)
    {
        var tools = ReadList(reader, tool =>
        {
            CheckType(tool);
            tool.AllowOnly("type", "name", "description", "parameters", "strict");
            return ReadFunction(tool, "parameters");
        });
        return Choose(reader, tools, reader.ReadBoolean("parallel_tool_calls") ?? true, static choice => choice.ReadString("name") ?? Missing(choice, "name"));
    }

    /// <summary>The form of messages: <c>{"name":…,"input_schema":{…}}</c>.</summary>
    public static ToolUse ReadMessages(RequestReader reader)
    {
        var tools = ReadList(reader, tool =>
        {
            tool.ReadString("type", "custom");
            tool.AllowOnly("type", "name", "description", "input_schema", "cache_control", "strict");
            return ReadFunction(tool, "input_schema");
        });
        if (reader.ReadObject("tool_choice", out _) is not { } choice)
        {
            return new ToolUse(tools, tools, IsRequired: false, IsParallel: true);
        }

        choice.AllowOnly("type", "name", "disable_parallel_tool_use");
        var type = choice.ReadString("type", "auto", "any", "tool", "none");
        if (type is null && !choice.TryGet("type", out _))
        {
            Missing(choice, "type");
        }

        var isParallel = !(choice.ReadBoolean("disable_parallel_tool_use") ?? false);
        var name = type == "tool" ? choice.ReadString("name") ?? Missing(choice, "name") : null;
        return Limited(reader, tools, type ?? "auto", name, "tool_choice.name", isParallel && name is null);
    }

    private static List<ToolDefinition> ReadList(RequestReader reader, Func<RequestReader, ToolDefinition?> read)
    {
        var tools = new List<ToolDefinition>();
        if (!reader.TryGet("tools", out var list))
        {
            return tools;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            reader.AddWrongType("tools", list, "a list of functions");
            return tools;
        }

        if (list.GetArrayLength() > MaxTools)
        {
            reader.Faults.Add(RequestReader.OutOfRange, "tools", $"'tools' has {list.GetArrayLength():N0} entries; expected at most {MaxTools}.");
            return tools;
        }

        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var place = $"tools[{index++}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                reader.AddWrongType(place, item, "an object that describes a function");
            }
            else if (read(new RequestReader(item, place, reader.Faults)) is { } tool)
            {
                if (tools.Any(other => other.Name == tool.Name))
                {
                    reader.Faults.Add(RequestReader.OutOfRange, place, $"'{place}' has the name '{tool.Name}', as one before; expected names that differ.");
                }

                tools.Add(tool);
            }
        }

        return tools;
    }

    private static ToolDefinition? ReadFunction(RequestReader function, string schemaName)
    {
        var name = function.ReadString("name") ?? Missing(function, "name");
        if (name is not null && (name.Length is 0 or > MaxNameLength || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-'))))
        {
            function.Faults.Add(RequestReader.OutOfRange, function.PathOf("name"), $"'{function.PathOf("name")}' is no function name; expected 1 to {MaxNameLength} letters, digits, '_' and '-'.");
            name = null;
        }

        var description = function.ReadString("description") ?? "";
        var isStrict = function.ReadBoolean("strict") ?? false;
        var schema = function.ReadObject(schemaName, out var found) is null ? null : ReadSchema(function, schemaName, found);
        return name is null ? null : new ToolDefinition(name, description, schema) { IsStrict = isStrict, Place = function.PathOf(schemaName) };
    }

    private static JsonObject? ReadSchema(RequestReader function, string schemaName, JsonElement found)
    {
        if (found.TryGetProperty("type", out var type) && !(type.ValueKind == JsonValueKind.String && type.ValueEquals("object")))
        {
            function.Faults.Add(RequestReader.OutOfRange, function.PathOf(schemaName), $"'{function.PathOf(schemaName)}.type' is not 'object'; expected the schema of an object, as arguments have names.");
            return null;
        }

        return JsonText.TryRead(found, function.PathOf(schemaName), function.Faults, out var schema) && schema is JsonObject { Count: > 0 } fields ? fields : null;
    }

    private static void CheckType(RequestReader tool)
    {
        var type = tool.ReadString("type");
        if (type is not null and not "function")
        {
            tool.Faults.Add(Unsupported, tool.PathOf("type"), $"'{tool.PathOf("type")}' is '{(type.Length <= 40 ? type : type[..40] + "…")}'; this server has no tools of its own. Send tools of type 'function'.");
        }
        else if (type is null && !tool.TryGet("type", out _))
        {
            Missing(tool, "type");
        }
    }

    private static ToolUse Choose(RequestReader reader, List<ToolDefinition> tools, bool isParallel, Func<RequestReader, string?> readName)
    {
        if (!reader.TryGet("tool_choice", out var choice))
        {
            return new ToolUse(tools, tools, IsRequired: false, isParallel);
        }

        if (choice.ValueKind == JsonValueKind.String)
        {
            return reader.ReadString("tool_choice", "none", "auto", "required") is { } mode
                ? Limited(reader, tools, mode == "required" ? "any" : mode, null, "tool_choice", isParallel)
                : ToolUse.None;
        }

        if (reader.ReadObject("tool_choice", out _) is not { } named)
        {
            return ToolUse.None;
        }

        if (named.ReadString("type", "function", "allowed_tools") is not { } type)
        {
            if (!named.TryGet("type", out _))
            {
                Missing(named, "type");
            }

            return ToolUse.None;
        }

        return type == "function"
            ? Limited(reader, tools, "tool", readName(named), "tool_choice", isParallel: false)
            : ReadAllowed(reader, named, tools, isParallel, readName);
    }

    /// <summary><c>{"type":"allowed_tools"}</c>: in chat with the fields one level deeper.</summary>
    private static ToolUse ReadAllowed(RequestReader reader, RequestReader choice, List<ToolDefinition> tools, bool isParallel, Func<RequestReader, string?> readName)
    {
        var fields = choice.ReadObject("allowed_tools", out _) ?? choice;
        var mode = fields.ReadString("mode", "auto", "required");
        if (!fields.TryGet("tools", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            Missing(fields, "tools");
            return ToolUse.None;
        }

        var callable = new List<ToolDefinition>();
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var place = $"{fields.PathOf("tools")}[{index++}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                reader.AddWrongType(place, item, "an object that names a function");
                continue;
            }

            var name = readName(new RequestReader(item, place, reader.Faults));
            if (tools.Find(tool => tool.Name == name) is { } tool)
            {
                callable.Add(tool);
            }
            else if (name is not null)
            {
                NotOffered(reader, place, name);
            }
        }

        return new ToolUse(tools, callable, mode == "required", isParallel);
    }

    private static ToolUse Limited(RequestReader reader, List<ToolDefinition> tools, string mode, string? name, string place, bool isParallel)
    {
        switch (mode)
        {
            case "none":
                return ToolUse.None;
            case "any" or "tool" when tools.Count == 0:
                if (!reader.Faults.Any)
                {
                    reader.Faults.Add("SRV0115", "tool_choice", "'tool_choice' asks for a call and the request has no 'tools'; expected at least one.");
                }

                return ToolUse.None;
            case "tool":
                if (tools.Find(tool => tool.Name == name) is { } chosen)
                {
                    return new ToolUse(tools, [chosen], IsRequired: true, isParallel);
                }

                if (name is not null)
                {
                    NotOffered(reader, place, name);
                }

                return ToolUse.None;
            default:
                return new ToolUse(tools, tools, mode == "any", isParallel);
        }
    }

    private static void NotOffered(RequestReader reader, string place, string name) =>
        reader.Faults.Add(RequestReader.OutOfRange, place, $"'{place}' names the function '{(name.Length <= MaxNameLength ? name : name[..MaxNameLength] + "…")}', which is not among 'tools'.");

    private static ToolDefinition? Missing(RequestReader reader, string name, string expected)
    {
        if (!reader.TryGet(name, out _))
        {
            reader.Faults.Add("SRV0112", reader.PathOf(name), $"'{reader.PathOf(name)}' is missing; expected {expected}.");
        }

        return null;
    }

    /// <summary>Says that a name is missing, unless it is there and has said its fault already.</summary>
    private static string? Missing(RequestReader reader, string name)
    {
        if (!reader.TryGet(name, out _))
        {
            reader.Faults.Add("SRV0112", reader.PathOf(name), $"'{reader.PathOf(name)}' is missing.");
        }

        return null;
    }
}
