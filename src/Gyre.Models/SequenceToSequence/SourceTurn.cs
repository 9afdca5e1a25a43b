using Gyre.Models.Templates;
using Gyre.Models.Tools;

namespace Gyre.Models.SequenceToSequence;

/// <summary>Finds the source in a conversation: the last user message. What has no place beside it is refused, not ignored.</summary>
internal static class SourceTurn
{
    public static string Of(IReadOnlyList<ChatTurn> turns, IReadOnlyList<ToolDefinition>? tools)
    {
        if (tools is { Count: > 0 })
        {
            throw Refused($"found {tools.Count} tool(s)", "none", "Leave the tools out, or use a chat model.");
        }

        if (turns.Any(turn => turn.Role is "system" or "developer"))
        {
            throw Refused("found a system message", "user messages only", "Write into the message what the model shall do, for example a task prefix.");
        }

        var last = turns.LastOrDefault(turn => turn.Role == "user");
        return last?.Content ?? throw Refused($"found {turns.Count} message(s) and none of the user", "one, which is the source", "Add it.");
    }

    private static ModelException Refused(string found, string expected, string next) =>
        new("RUN0432", $"Read a conversation: {found}; expected {expected}, because this model answers the last user message alone. {next}");
}
