using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The parameter table of <c>/v1/embeddings</c>.</summary>
internal static class EmbeddingParameters
{
    public static ParameterTable Table { get; } = new(
        "EmbeddingRequest",
        "Texts to turn into vectors.",
        [
            new("model", Supported, """{"type":"string"}""", "The alias to use; its model must make vectors.", IsRequired: true),
            new("input", Supported, """{"anyOf":[{"type":"string","minLength":1},{"type":"array","items":{"type":"string","minLength":1},"minItems":1,"maxItems":2048},{"type":"array","items":{"type":"integer","minimum":0},"minItems":1},{"type":"array","items":{"type":"array","items":{"type":"integer","minimum":0},"minItems":1},"minItems":1,"maxItems":2048}]}""", "A text, texts, token ids, or lists of token ids; at most 2,048. Ids are used as they are, the model's special tokens included.", IsRequired: true),
            new("encoding_format", Supported, """{"type":["string","null"],"enum":["float","base64",null],"default":"float"}""", "float: a list of numbers; base64: 32-bit little-endian floats."),
            new("dimensions", Supported, """{"type":["integer","null"],"minimum":1}""", "Keeps the first so many components and scales them to length 1, as models trained for it allow. Default: all."),
            new("user", Accepted, """{"type":["string","null"]}""", "Your name for the end user; kept in the trace."),
        ]);
}
