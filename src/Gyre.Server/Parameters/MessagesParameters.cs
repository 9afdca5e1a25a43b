using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The parameter tables of <c>/v1/messages</c> and <c>/v1/messages/count_tokens</c>.</summary>
internal static class MessagesParameters
{
    private const string Block = """{"type":"object","required":["type"],"properties":{"type":{"type":"string","enum":["text","tool_use","tool_result"]},"text":{"type":"string"},"id":{"type":"string"},"name":{"type":"string"},"input":{"type":"object"},"tool_use_id":{"type":"string"},"content":{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"object"}}]},"is_error":{"type":["boolean","null"]},"cache_control":{"type":["object","null"]}}}""";

    private static readonly RequestParameter[] Conversation =
    [
        new("model", Supported, """{"type":"string"}""", "The alias to use, as GET /v1/models lists them.", IsRequired: true),
        new("messages", Supported, """{"type":"array","minItems":1,"items":{"type":"object","required":["role","content"],"additionalProperties":false,"properties":{"role":{"type":"string","enum":["user","assistant"]},"content":{"anyOf":[{"type":"string"},{"type":"array","items":BLOCK}]}}}}""".Replace("BLOCK", Block, StringComparison.Ordinal), "The conversation, oldest first: text, tool_use and tool_result blocks. The last message is the user's. A tool_result with is_error is shown with 'Error: ' before it.", IsRequired: true),
        new("system", Supported, """{"anyOf":[{"type":"null"},{"type":"string"},{"type":"array","items":{"type":"object","required":["type","text"],"properties":{"type":{"type":"string","enum":["text"]},"text":{"type":"string"}}}}]}""", "The system prompt, a text or text blocks. Default: the alias's."),
        new("tools", Supported, """{"type":["array","null"],"maxItems":128,"items":{"type":"object","required":["name"],"additionalProperties":false,"properties":{"type":{"type":["string","null"],"enum":["custom",null]},"name":{"type":"string","pattern":"^[A-Za-z0-9_-]{1,64}$"},"description":{"type":["string","null"]},"input_schema":{"type":["object","null"]},"strict":{"type":["boolean","null"]},"cache_control":{"type":["object","null"]}}}}""", "Functions that the model may call, at most 128."),
        new("tool_choice", Supported, """{"type":["object","null"],"required":["type"],"additionalProperties":false,"properties":{"type":{"type":"string","enum":["auto","any","tool","none"]},"name":{"type":"string"},"disable_parallel_tool_use":{"type":["boolean","null"]}}}""", "auto (default): text or calls; any: at least one call; tool: the named one; none: no call."),
        new("thinking", Accepted, """{"type":["object","null"],"properties":{"type":{"type":"string","enum":["disabled"]}}}""", "Only {\"type\":\"disabled\"}."),
    ];

    public static ParameterTable Table { get; } = new(
        "MessagesRequest",
        "A conversation to continue, in the form of messages.",
        [
            .. Conversation,
            new("max_tokens", Supported, """{"type":"integer","minimum":1}""", "The most tokens to generate.", IsRequired: true),
            new("stop_sequences", Supported, """{"type":["array","null"],"maxItems":16,"items":{"type":"string","minLength":1}}""", "Up to 16 texts at which the answer ends; they are not part of it."),
            new("stream", Supported, """{"type":["boolean","null"],"default":false}""", "Sends the answer as server-sent events."),
            new("temperature", Supported, """{"type":["number","null"],"minimum":0,"maximum":1}""", "Randomness; 0 always takes the most likely token. 0 to 1, default 1 or the alias's."),
            new("top_p", Supported, """{"type":["number","null"],"minimum":0,"maximum":1}""", "Keeps the smallest set of tokens whose probability reaches this."),
            new("top_k", Supported, """{"type":["integer","null"],"minimum":0}""", "Keeps the k most likely tokens; 0 keeps all."),
            new("metadata", Accepted, """{"type":["object","null"],"additionalProperties":false,"properties":{"user_id":{"type":["string","null"]}}}""", "user_id: your name for the end user; kept in the trace."),
            new("service_tier", Accepted, """{"type":["string","null"],"enum":["auto","standard_only",null]}""", "Without effect."),
            .. Refusals,
        ]);

    public static ParameterTable CountTable { get; } = new("CountTokensRequest", "A conversation whose tokens are counted.", [.. Conversation, .. Refusals]);

    private static IEnumerable<RequestParameter> Refusals =>
    [
        new("mcp_servers", Refused, null, "This server calls no tools of its own; leave it out."),
        new("container", Refused, null, "This server runs no code; leave it out."),
        new("context_management", Refused, null, "Edit the conversation before you send it; leave it out."),
    ];
}
