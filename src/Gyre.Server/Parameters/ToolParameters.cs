using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The rows about tools, in each wire's own form.</summary>
internal static class ToolParameters
{
    private const string ToolsText = "Functions that the model may call, at most 128. The model is told of them by its own chat template, or by an instruction where the template knows no tools.";
    private const string ChoiceText = "none: no call, and the model is not told of the functions; auto (default): text or calls; required: at least one call; one named function; or allowed_tools with a mode and the names.";
    private const string ParallelText = "false: at most one call an answer.";

    public static IReadOnlyList<RequestParameter> Chat { get; } =
    [
        new("tools", Supported, """{"type":["array","null"],"maxItems":128,"items":{"type":"object","required":["type","function"],"additionalProperties":false,"properties":{"type":{"type":"string","enum":["function"]},"function":{"type":"object","required":["name"],"additionalProperties":false,"properties":{"name":{"type":"string","pattern":"^[A-Za-z0-9_-]{1,64}$"},"description":{"type":["string","null"]},"parameters":{"type":["object","null"]},"strict":{"type":["boolean","null"]}}}}}}""", ToolsText),
        new("tool_choice", Supported, """{"anyOf":[{"type":"null"},{"type":"string","enum":["none","auto","required"]},{"type":"object","required":["type"],"properties":{"type":{"type":"string","enum":["function","allowed_tools"]},"function":{"type":"object","properties":{"name":{"type":"string"}}},"allowed_tools":{"type":"object"}}}]}""", ChoiceText),
        new("parallel_tool_calls", Supported, """{"type":["boolean","null"],"default":true}""", ParallelText),
    ];

    public static IReadOnlyList<RequestParameter> Responses { get; } =
    [
        new("tools", Supported, """{"type":["array","null"],"maxItems":128,"items":{"type":"object","required":["type","name"],"additionalProperties":false,"properties":{"type":{"type":"string","enum":["function"]},"name":{"type":"string","pattern":"^[A-Za-z0-9_-]{1,64}$"},"description":{"type":["string","null"]},"parameters":{"type":["object","null"]},"strict":{"type":["boolean","null"]}}}}""", ToolsText),
        new("tool_choice", Supported, """{"anyOf":[{"type":"null"},{"type":"string","enum":["none","auto","required"]},{"type":"object","required":["type"],"properties":{"type":{"type":"string","enum":["function","allowed_tools"]},"name":{"type":"string"},"mode":{"type":"string"},"tools":{"type":"array","items":{"type":"object"}}}}]}""", ChoiceText),
        new("parallel_tool_calls", Supported, """{"type":["boolean","null"],"default":true}""", ParallelText),
    ];
}
