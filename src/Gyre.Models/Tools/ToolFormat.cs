using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Constraints;
using Gyre.Models.Templates;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Tools;

/// <summary>How one model is told of tools and how it writes its calls; found from its chat template. Immutable.</summary>
/// <remarks>
/// <para>Source: the chat templates of NousResearch Hermes 2 Pro and Qwen 2.5 (<c>&lt;tool_call&gt;</c>), Meta Llama 3.1 to 3.3
/// (<c>{"name", "parameters"}</c>), Mistral Nemo (<c>[TOOL_CALLS]</c>).</para>
/// </remarks>
public sealed class ToolFormat
{
    /// <summary>Mistral's templates take ids of nine letters and digits only.</summary>
    private const int ShortIdLength = 9;

    private readonly bool _hasShortIds;

    private ToolFormat(string name, ToolSyntax syntax, bool isNative, bool hasShortIds = false)
    {
        Name = name;
        Syntax = syntax;
        IsNative = isNative;
        _hasShortIds = hasShortIds;
    }

    /// <summary>The format's name: <c>hermes</c>, <c>llama3</c>, <c>mistral</c> or <c>json</c>.</summary>
    public string Name { get; }

    /// <summary>The model's own template tells it of tools; else an instruction in the conversation does.</summary>
    public bool IsNative { get; }

    /// <summary>One answer may hold several calls.</summary>
    public bool IsParallel => Syntax.IsParallel;

    internal ToolSyntax Syntax { get; }

    /// <summary>The format that a template was made for; plain JSON by instruction where it has none that is known.</summary>
    public static ToolFormat Detect(ChatTemplate? template)
    {
        var source = template?.Source ?? "";
        if (source.Contains("tools", StringComparison.Ordinal))
        {
            if (source.Contains("<tool_call>", StringComparison.Ordinal))
            {
                return new ToolFormat("hermes", new ToolSyntax("<tool_call>", "</tool_call>", "arguments", IsList: false, IsParallel: true), isNative: true);
            }

            if (source.Contains("[TOOL_CALLS]", StringComparison.Ordinal))
            {
                return new ToolFormat("mistral", new ToolSyntax("[TOOL_CALLS]", null, "arguments", IsList: true, IsParallel: true), isNative: true, hasShortIds: true);
            }

            if (source.Contains("<|start_header_id|>", StringComparison.Ordinal) && source.Contains("\"parameters\": ", StringComparison.Ordinal))
            {
                return new ToolFormat("llama3", new ToolSyntax(null, null, "parameters", IsList: false, IsParallel: false) { Prefixes = ["<|python_tag|>"] }, isNative: true);
            }
        }

        return new ToolFormat("json", new ToolSyntax(null, null, "arguments", IsList: false, IsParallel: true), isNative: false);
    }

    /// <summary>A reader of one answer; calls of functions that are not among <paramref name="names"/> are text.</summary>
    public ToolCallReader CreateReader(IReadOnlySet<string> names) => new(Syntax, names);

    /// <summary>The marks of this format that may be special tokens, which an answer's text leaves out.</summary>
    public IReadOnlyList<string> Marks => [.. new[] { Syntax.Open, Syntax.Close }.OfType<string>(), .. Syntax.Prefixes];

    /// <summary>
    /// The mark before the calls where the vocabulary has it as a special token: a prompt may end with it, and the answer then
    /// begins behind it. Null where the mark is plain text, or there is none.
    /// </summary>
    public int? FindOpeningToken(ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return Syntax.Open is { } open && tokenizer.FindToken(open) is { } id && !tokenizer.IsText(id) ? id : null;
    }

    /// <summary>A prompt as an answer that must call begins after it: with the mark that opens calls, where that is a special token.</summary>
    /// <returns>The prompt, and what it now ends with of the answer itself; empty for nothing.</returns>
    public (IReadOnlyList<int> Prompt, string Opening) OpenCalls(IReadOnlyList<int> prompt, ToolUse tools, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(tools);
        return tools is { IsRequired: true, IsOffered: true } && FindOpeningToken(tokenizer) is { } mark
            ? ([.. prompt, mark], tokenizer.GetToken(mark))
            : (prompt, "");
    }

    /// <summary>What an answer must look like that is calls and nothing else.</summary>
    /// <param name="calls">The functions with what their arguments must look like.</param>
    /// <param name="isParallel">Several calls may follow one another, where the family can.</param>
    /// <param name="isOpened">The prompt ends with the opening mark.</param>
    public Constraint ConstrainCalls(IReadOnlyList<(string Name, Constraint Arguments)> calls, bool isParallel, bool isOpened) =>
        ToolConstraint.Calls(Syntax, calls, isParallel, isOpened);

    /// <summary>What an answer must look like that is text in which calls keep their form.</summary>
    /// <param name="calls">The functions with what their arguments must look like.</param>
    /// <param name="isParallel">Several calls may follow one another, where the family can.</param>
    public Constraint ConstrainTextOrCalls(IReadOnlyList<(string Name, Constraint Arguments)> calls, bool isParallel) =>
        ToolConstraint.TextOrCalls(Syntax, calls, isParallel);

    /// <summary>The conversation and the tools as the template takes them.</summary>
    /// <param name="turns">The conversation; calls and results in <see cref="ChatTurn.ToolCalls"/> and <see cref="ChatTurn.ToolCallId"/>.</param>
    /// <param name="tools">The functions on offer; empty for none.</param>
    public (IReadOnlyList<ChatTurn> Turns, JsonArray? Tools) Prepare(IReadOnlyList<ChatTurn> turns, IReadOnlyList<ToolDefinition> tools)
    {
        ArgumentNullException.ThrowIfNull(turns);
        ArgumentNullException.ThrowIfNull(tools);
        return IsNative
            ? ([.. turns.Select(WithFields)], tools.Count == 0 ? null : new JsonArray([.. tools.Select(Describe)]))
            : (Spelled(turns, tools), null);
    }

    private static JsonObject Describe(ToolDefinition tool)
    {
        var function = new JsonObject { ["name"] = tool.Name, ["description"] = tool.Description };
        function["parameters"] = tool.Parameters?.DeepClone() ?? new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() };
        return new JsonObject { ["type"] = "function", ["function"] = function };
    }

    private ChatTurn WithFields(ChatTurn turn)
    {
        if (turn.ToolCalls.Count == 0 && turn.ToolCallId is null)
        {
            return turn;
        }

        var extra = turn.Extra?.DeepClone().AsObject() ?? [];
        if (turn.ToolCallId is { } id)
        {
            extra["tool_call_id"] = IdOf(id);
        }

        if (turn.ToolCalls.Count > 0)
        {
            extra["tool_calls"] = new JsonArray([.. turn.ToolCalls.Select(call => (JsonNode)new JsonObject
            {
                ["id"] = IdOf(call.Id),
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = JsonNode.Parse(call.Arguments) },
            })]);
        }

        return turn with { Extra = extra };
    }

    /// <summary>The last letters and digits of an id, where the template takes no longer one: call and result get the same.</summary>
    private string IdOf(string id)
    {
        if (!_hasShortIds)
        {
            return id;
        }

        var plain = new string([.. id.Where(char.IsAsciiLetterOrDigit)]);
        return plain.Length >= ShortIdLength ? plain[^ShortIdLength..] : plain.PadLeft(ShortIdLength, '0');
    }

    private static List<ChatTurn> Spelled(IReadOnlyList<ChatTurn> turns, IReadOnlyList<ToolDefinition> tools)
    {
        var spelled = new List<ChatTurn>(turns.Count + 1);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var followsResult = false;
        foreach (var turn in turns)
        {
            foreach (var call in turn.ToolCalls)
            {
                names[call.Id] = call.Name;
            }

            var isResult = turn.Role == "tool";
            var shown = isResult
                ? new ChatTurn("user", $"Result of {names.GetValueOrDefault(turn.ToolCallId ?? "", "the function")}:\n{turn.Content}")
                : turn.ToolCalls.Count > 0 ? new ChatTurn(turn.Role, Spelled(turn)) : turn;
            if (followsResult && shown.Role == "user")
            {
                // Templates want user and assistant by turns.
                spelled[^1] = spelled[^1] with { Content = spelled[^1].Content + "\n\n" + shown.Content };
            }
            else
            {
                spelled.Add(shown);
            }

            followsResult = isResult || (followsResult && shown.Role == "user");
        }

        if (tools.Count > 0)
        {
            Instruct(spelled, tools);
        }

        return spelled;
    }

    private static string Spelled(ChatTurn turn)
    {
        var text = new StringBuilder(turn.Content);
        foreach (var call in turn.ToolCalls)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append("{\"name\": ").Append(Json(call.Name)).Append(", \"arguments\": ").Append(call.Arguments).Append('}');
        }

        return text.ToString();
    }

    private static void Instruct(List<ChatTurn> turns, IReadOnlyList<ToolDefinition> tools)
    {
        var text = new StringBuilder("You may call these functions:\n");
        foreach (var tool in tools)
        {
            text.Append(Describe(tool)["function"]!.ToJsonString(Relaxed)).Append('\n'); // Just made with this key.
        }

        text.Append("To call one, answer with nothing but {\"name\": function name, \"arguments\": object}; several calls stand one after the other. Otherwise answer in plain text.");
        var at = turns.FindIndex(turn => turn.Role == "system");
        at = at >= 0 ? at : turns.FindIndex(turn => turn.Role == "user");
        if (at < 0)
        {
            turns.Insert(0, new ChatTurn("user", text.ToString()));
        }
        else
        {
            turns[at] = turns[at] with { Content = turns[at].Role == "system" ? $"{turns[at].Content}\n\n{text}" : $"{text}\n\n{turns[at].Content}" };
        }
    }

    /// <summary>Escapes only what JSON itself demands.</summary>
    internal static JsonSerializerOptions Relaxed { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Json(string text) => JsonValue.Create(text).ToJsonString(Relaxed);
}
