using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The parameter table of <c>/v1/completions</c>.</summary>
internal static class CompletionParameters
{
    public static ParameterTable Table { get; } = new(
        "CompletionRequest",
        "One or more prompts to continue as they are, without a chat template.",
        [
            new("model", Supported, """{"type":"string"}""", "The alias to use, as GET /v1/models lists them. Its system prompt is not used here.", IsRequired: true),
            new("prompt", Supported, """{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1},{"type":"array","items":{"type":"integer","minimum":0},"minItems":1},{"type":"array","items":{"type":"array","items":{"type":"integer","minimum":0},"minItems":1},"minItems":1}]}""", "A text, texts, token ids, or lists of token ids. Ids are used as they are; texts get the vocabulary's begin token.", IsRequired: true),
            new("max_tokens", Supported, """{"type":["integer","null"],"minimum":0,"default":16}""", "The most tokens to generate; 0 only with echo, to score a text. Default 16 or the alias's."),
            new("n", Supported, """{"type":["integer","null"],"minimum":1,"maximum":128,"default":1}""", "How many continuations per prompt."),
            new("best_of", Supported, """{"type":["integer","null"],"minimum":1,"maximum":1}""", "Only 1: choosing among unseen answers is not built."),
            new("stream", Supported, """{"type":["boolean","null"],"default":false}""", "Sends the answer as server-sent events."),
            new("stream_options", Supported, """{"type":["object","null"],"additionalProperties":false,"properties":{"include_usage":{"type":["boolean","null"]},"include_obfuscation":{"type":["boolean","null"]}}}""", "Only with stream."),
            new("echo", Supported, """{"type":["boolean","null"],"default":false}""", "Puts the prompt before the continuation; with logprobs, the prompt's log-probabilities too."),
            new("logprobs", Supported, """{"type":["integer","null"],"minimum":0,"maximum":20}""", "Reports log-probabilities with this many alternatives at each place."),
            .. SamplingParameters.Rows,
            FormatParameters.Structured,
            new("user", Accepted, """{"type":["string","null"]}""", "Your name for the end user; kept in the trace."),
            new("suffix", Refused, null, "Filling in between a prompt and a suffix is not built; send the prompt only."),
        ]);
}
