using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The parameter table of <c>/v1/rerank</c>.</summary>
internal static class RerankParameters
{
    public static ParameterTable Table { get; } = new(
        "RerankRequest",
        "Documents to put in order by how well they answer a query.",
        [
            new("model", Extension, """{"type":"string"}""", "The alias to use; its model must score pairs of texts.", IsRequired: true),
            new("query", Extension, """{"type":"string","minLength":1}""", "The question.", IsRequired: true),
            new("documents", Extension, """{"type":"array","minItems":1,"maxItems":2048,"items":{"anyOf":[{"type":"string"},{"type":"object","required":["text"],"additionalProperties":false,"properties":{"text":{"type":"string"}}}]}}""", "Texts, or objects with a text; 1 to 2,048.", IsRequired: true),
            new("top_n", Extension, """{"type":["integer","null"],"minimum":1}""", "Reports only the best so many. Default: all."),
            new("return_documents", Extension, """{"type":["boolean","null"],"default":true}""", "Repeats each document beside its score."),
            new("user", Accepted, """{"type":["string","null"]}""", "Your name for the end user; kept in the trace."),
        ]);
}
