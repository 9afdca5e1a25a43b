using Gyre.Models.Generation;

namespace Gyre.Server.Generation;

/// <summary>The wire's words for why a generation ended.</summary>
internal static class FinishReasons
{
    public static string Name(FinishReason reason) => reason == FinishReason.Length ? "length" : "stop";

    public static string Name(AnswerEnd end) => end switch
    {
        AnswerEnd.Length => "length",
        AnswerEnd.ToolCalls => "tool_calls",
        _ => "stop",
    };
}
