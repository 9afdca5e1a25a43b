using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The parameter table of <c>/generate</c>.</summary>
internal static class GenerateParameters
{
    public static ParameterTable Table { get; } = new(
        "GenerateRequest",
        "A prompt to continue as it is, or a conversation to answer: one of 'prompt' and 'messages'.",
        [
            new("model", Supported, """{"type":["string","null"]}""", "The alias to use. Default: the default alias."),
            new("prompt", Supported, """{"type":["string","null"]}""", "A text to continue as it is, without a chat template."),
            ChatParameters.Messages with { IsRequired = false },
            new("max_tokens", Supported, """{"type":["integer","null"],"minimum":1}""", "The most tokens to generate. Default: the alias's, else 256."),
            new("stream", Supported, """{"type":["boolean","null"],"default":false}""", "Sends the text as it is generated."),
            new("format", Supported, """{"type":["string","null"],"enum":["sse","ndjson",null]}""", "How to stream: server-sent events (default) or one JSON object a line. Accept: application/x-ndjson chooses lines too."),
            .. SamplingParameters.Rows,
        ]);
}
