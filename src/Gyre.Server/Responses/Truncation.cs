using Gyre.Models;
using Gyre.Models.Templates;
using Gyre.Models.Tools;
using Gyre.Server.Generation;

namespace Gyre.Server.Responses;

/// <summary>Leaves out the oldest messages of a conversation that is too long for its model.</summary>
internal static class Truncation
{
    /// <summary>The share of the context that stays free for an answer whose length is not limited.</summary>
    private const int RoomShare = 4;

    /// <summary>
    /// The conversation without as many of its oldest messages as must go; system messages and the last message stay, and
    /// a tool's result goes with its call.
    /// </summary>
    public static IReadOnlyList<ChatTurn> Fit(LanguageModel model, IReadOnlyList<ChatTurn> turns, ToolUse tools, int maxTokens)
    {
        var context = model.Decoder.ContextLength;
        var most = context - Math.Min(maxTokens, Math.Max(1, context / RoomShare));
        if (Fits(0))
        {
            return turns;
        }

        // The longer the part that goes, the shorter the rest: the least that suffices is found by halving.
        var (low, high) = (0, Math.Max(0, turns.Count(turn => turn.Role != "system") - 1));
        while (low + 1 < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Fits(middle) ? (low, middle) : (middle, high);
        }

        return Without(turns, high);

        bool Fits(int count) => GenerationService.Render(model, Without(turns, count), tools).Count <= most;
    }

    private static List<ChatTurn> Without(IReadOnlyList<ChatTurn> turns, int count)
    {
        var kept = new List<ChatTurn>(turns.Count);
        var passed = 0;
        foreach (var turn in turns)
        {
            if (turn.Role == "system" || passed++ >= count)
            {
                kept.Add(turn);
            }
        }

        var first = kept.FindIndex(turn => turn.Role != "system");
        while (count > 0 && first >= 0 && first < kept.Count - 1 && kept[first].Role is "tool" or "assistant")
        {
            // A conversation begins with the user: what answers something that went goes too.
            kept.RemoveAt(first);
        }

        return kept;
    }
}
