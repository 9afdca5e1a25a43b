using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The parameter table of <c>/v1/chat/completions</c>.</summary>
internal static class ChatParameters
{
    private const string OldTools = "This is the form of before tools; send 'tools' and 'tool_choice'.";
    private const string TextOnly = "This server reads and writes text only; leave it out.";

    public static RequestParameter Messages { get; } = new(
        "messages",
        Supported,
        """
        {"type":"array","minItems":1,"items":{"type":"object","required":["role"],"additionalProperties":false,"properties":{
          "role":{"type":"string","enum":["system","developer","user","assistant","tool"],"description":"Who speaks; developer reads as system."},
          "content":{"description":"The text, whole or in parts.","anyOf":[{"type":"string"},{"type":"null"},{"type":"array","items":{"type":"object","required":["type","text"],"additionalProperties":false,"properties":{"type":{"type":"string","enum":["text"]},"text":{"type":"string"}}}}]},
          "tool_calls":{"type":["array","null"],"description":"The calls of an assistant's message.","items":{"type":"object","required":["id","function"],"additionalProperties":false,"properties":{"id":{"type":"string"},"type":{"type":"string","enum":["function"]},"index":{"type":"integer"},"function":{"type":"object","required":["name","arguments"],"additionalProperties":false,"properties":{"name":{"type":"string"},"arguments":{"type":"string","description":"A JSON object as text."}}}}}},
          "tool_call_id":{"type":["string","null"],"description":"With the role tool: the call that this answers."},
          "name":{"type":["string","null"],"description":"The speaker's name, for templates that show it."},
          "refusal":{"type":["string","null"],"description":"An assistant's refusal, read when content is null."},
          "annotations":{"type":["array","null"],"items":{},"description":"As answers carry it; accepted and not read."}}}}
        """,
        "The conversation, oldest first. The alias's system prompt is put before it unless it has a system message of its own.",
        IsRequired: true);

    public static ParameterTable Table { get; } = new(
        "ChatCompletionRequest",
        "A conversation to continue.",
        [
            new("model", Supported, """{"type":"string"}""", "The alias to use, as GET /v1/models lists them.", IsRequired: true),
            Messages,
            new("stream", Supported, """{"type":["boolean","null"],"default":false}""", "Sends the answer as server-sent events."),
            new("stream_options", Supported, """{"type":["object","null"],"additionalProperties":false,"properties":{"include_usage":{"type":["boolean","null"],"description":"Adds a last chunk with the usage."},"include_obfuscation":{"type":["boolean","null"],"description":"Accepted; no padding is ever sent."}}}""", "Only with stream."),
            new("max_completion_tokens", Supported, """{"type":["integer","null"],"minimum":1}""", "The most tokens to generate. Default: the alias's, else up to the end of the context."),
            new("max_tokens", Supported, """{"type":["integer","null"],"minimum":1}""", "The older name of max_completion_tokens; set one of them."),
            new("n", Supported, """{"type":["integer","null"],"minimum":1,"maximum":128,"default":1}""", "How many answers."),
            new("logprobs", Supported, """{"type":["boolean","null"],"default":false}""", "Reports the log-probability of every token of the answer."),
            new("top_logprobs", Supported, """{"type":["integer","null"],"minimum":0,"maximum":20}""", "How many alternatives to report at each place; only with logprobs."),
            .. SamplingParameters.Rows,
            FormatParameters.ResponseFormat,
            FormatParameters.Structured,
            new("modalities", Accepted, """{"type":["array","null"],"items":{"type":"string","enum":["text"]}}""", "Only text."),
            new("user", Accepted, """{"type":["string","null"]}""", "Your name for the end user; kept in the trace."),
            new("safety_identifier", Accepted, """{"type":["string","null"]}""", "Your name for the end user; accepted and not used."),
            new("prompt_cache_key", Accepted, """{"type":["string","null"]}""", "Accepted and not used."),
            new("metadata", Accepted, """{"type":["object","null"],"maxProperties":16,"additionalProperties":{"type":"string","maxLength":512}}""", "Up to 16 texts; accepted and not used."),
            new("store", Accepted, """{"type":["boolean","null"]}""", "Accepted and not used: the server's own settings decide what its traces keep."),
            new("service_tier", Accepted, """{"type":["string","null"],"enum":["auto","default",null]}""", "Only auto and default."),
            .. ToolParameters.Chat,
            new("functions", Refused, null, OldTools),
            new("function_call", Refused, null, OldTools),
            new("audio", Refused, null, TextOnly),
            new("prediction", Refused, null, "Predicted outputs are not built; leave it out."),
            new("reasoning_effort", Refused, null, "These models do not reason apart from their answer; leave it out."),
            new("verbosity", Refused, null, "These models have no such setting; say in the prompt how long the answer should be."),
            new("web_search_options", Refused, null, "This server does not search the web; leave it out."),
            new("prompt_cache_retention", Refused, null, "There is no prompt cache to keep; leave it out."),
            new("moderation", Refused, null, "Moderation is not built yet; leave it out."),
        ]);
}
