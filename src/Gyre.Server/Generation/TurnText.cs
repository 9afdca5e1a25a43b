using Gyre.Models.Templates;

namespace Gyre.Server.Generation;

/// <summary>Messages as a trace shows them.</summary>
internal static class TurnText
{
    /// <summary>The text, and the calls under it.</summary>
    public static string Of(ChatTurn turn) => turn.ToolCalls.Count == 0
        ? turn.Content
        : string.Join('\n', new[] { turn.Content }.Where(text => text.Length > 0).Concat(turn.ToolCalls.Select(call => $"{call.Name}({call.Arguments})")));
}
