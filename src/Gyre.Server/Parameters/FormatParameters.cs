namespace Gyre.Server.Parameters;

/// <summary>The rows about the form of an answer.</summary>
internal static class FormatParameters
{
    public const string TextDescription = "format: {\"type\":\"text\"} (default), {\"type\":\"json_object\"}, or {\"type\":\"json_schema\"} with name, schema, strict and description. The schema is enforced while the answer is written, strict or not; a keyword that cannot be is refused by name.";

    public static RequestParameter ResponseFormat { get; } = new(
        "response_format",
        ParameterSupport.Supported,
        """{"type":["object","null"],"required":["type"],"additionalProperties":false,"properties":{"type":{"type":"string","enum":["text","json_object","json_schema"]},"json_schema":{"type":["object","null"],"required":["name","schema"],"additionalProperties":false,"properties":{"name":{"type":"string","pattern":"^[A-Za-z0-9_-]{1,64}$"},"description":{"type":["string","null"]},"schema":{"type":"object"},"strict":{"type":["boolean","null"]}}}}}""",
        "text (default), json_object, or json_schema with name, schema, strict and description. The schema is enforced while the answer is written, strict or not; a keyword that cannot be is refused by name. With tools, the answer is calls or a text of this form.");

    public static RequestParameter Structured { get; } = new(
        "structured_outputs",
        ParameterSupport.Extension,
        """{"type":["object","null"],"additionalProperties":false,"properties":{"json":{"anyOf":[{"type":"object"},{"type":"string"},{"type":"boolean"},{"type":"null"}]},"json_object":{"type":["boolean","null"]},"regex":{"type":["string","null"]},"grammar":{"type":["string","null"]},"choice":{"type":["array","null"],"items":{"type":"string"},"minItems":1},"disable_any_whitespace":{"type":["boolean","null"]}}}""",
        "As vLLM has it; one of json (a schema), json_object, regex (the whole answer), grammar (GBNF, from root) and choice (one of some texts). JSON comes on one line; with disable_any_whitespace false the model may break and indent lines.");
}
