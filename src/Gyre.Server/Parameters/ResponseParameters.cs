using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The parameter table of <c>/v1/responses</c>.</summary>
internal static class ResponseParameters
{
    private const string NoBuiltIns = "This server has no tools of its own; leave it out.";

    public static ParameterTable Table { get; } = new(
        "ResponseRequest",
        "An input to respond to, going on from an earlier response where one is named.",
        [
            new("model", Supported, """{"type":"string"}""", "The alias to use, as GET /v1/models lists them.", IsRequired: true),
            new("input", Supported, """{"anyOf":[{"type":"string"},{"type":"array","minItems":1,"items":{"type":"object","properties":{"type":{"type":"string","enum":["message","function_call","function_call_output"]},"id":{"type":["string","null"]},"role":{"type":"string","enum":["user","assistant","system","developer"]},"content":{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"object"}}]},"call_id":{"type":"string"},"name":{"type":"string"},"arguments":{"type":"string"},"output":{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"object"}}]},"status":{"type":["string","null"]}}}}]}""", "A text, or items: messages, function_call and function_call_output.", IsRequired: true),
            new("instructions", Supported, """{"type":["string","null"]}""", "The system prompt of this response; not carried on by previous_response_id. Default: the alias's."),
            new("previous_response_id", Supported, """{"type":["string","null"]}""", "Goes on from a kept response: its conversation stands before the input."),
            new("store", Supported, """{"type":["boolean","null"],"default":true}""", "Keeps the response for GET and previous_response_id; false keeps nothing of it, in traces neither. A server that stores no content keeps none."),
            new("background", Supported, """{"type":["boolean","null"],"default":false}""", "Answers at once and goes on apart from the request: ask with GET, end with cancel. Not together with stream or store false."),
            new("stream", Supported, """{"type":["boolean","null"],"default":false}""", "Sends typed events with sequence numbers."),
            new("stream_options", Accepted, """{"type":["object","null"],"additionalProperties":false,"properties":{"include_obfuscation":{"type":["boolean","null"]}}}""", "include_obfuscation: accepted; no padding is ever sent."),
            new("max_output_tokens", Supported, """{"type":["integer","null"],"minimum":1}""", "The most tokens to generate. Default: the alias's, else up to the end of the context."),
            new("truncation", Supported, """{"type":["string","null"],"enum":["auto","disabled",null],"default":"disabled"}""", "auto: leaves out the oldest messages where the conversation is too long for the context; disabled: refuses it."),
            new("text", Supported, """{"type":["object","null"],"additionalProperties":false,"properties":{"format":{"type":["object","null"]},"verbosity":{"type":["string","null"],"enum":["medium",null]}}}""", FormatParameters.TextDescription),
            FormatParameters.Structured,
            .. ToolParameters.Responses,
            new("include", Supported, """{"type":["array","null"],"items":{"type":"string","enum":["message.output_text.logprobs","reasoning.encrypted_content"]}}""", "message.output_text.logprobs reports log-probabilities; reasoning.encrypted_content is accepted, as there is none."),
            new("top_logprobs", Supported, """{"type":["integer","null"],"minimum":0,"maximum":20}""", "How many alternatives to report at each place; reports log-probabilities too."),
            .. SamplingParameters.Rows.Select(row => row.Name is "temperature" or "top_p" ? row : row with { Support = Extension }),
            new("metadata", Supported, """{"type":["object","null"],"maxProperties":16,"additionalProperties":{"type":"string","maxLength":512}}""", "Up to 16 texts, kept with the response."),
            new("user", Accepted, """{"type":["string","null"]}""", "Your name for the end user; kept in the trace."),
            new("safety_identifier", Accepted, """{"type":["string","null"]}""", "Your name for the end user; accepted and not used."),
            new("prompt_cache_key", Accepted, """{"type":["string","null"]}""", "Accepted and not used."),
            new("service_tier", Accepted, """{"type":["string","null"],"enum":["auto","default",null]}""", "Only auto and default."),
            new("reasoning", Refused, null, "These models do not reason apart from their answer; leave it out."),
            new("max_tool_calls", Refused, null, NoBuiltIns),
            new("prompt", Refused, null, "Prompt templates are not kept here yet; send 'instructions' and 'input'."),
            new("conversation", Refused, null, "Conversations are not kept here; go on with 'previous_response_id'."),
            new("context_management", Refused, null, "Use 'truncation'."),
            new("prompt_cache_retention", Refused, null, "There is no prompt cache to keep; leave it out."),
        ]);
}
