using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>One step of pre-tokenisation: cuts a text into pieces at the matches of a scanner.</summary>
internal sealed class SplitStage(Scanner scanner, SplitBehavior behavior = SplitBehavior.Isolated)
{
    /// <summary>Finds the next piece at or after a position and moves the position past it; false at the end.</summary>
    [HotPath]
    public bool Next(ReadOnlySpan<char> text, ref int position, out int start, out int end)
    {
        start = position;
        if (position >= text.Length)
        {
            end = position;
            return false;
        }

        if (behavior == SplitBehavior.Isolated)
        {
            end = scanner.MatchEnd(text, position);
            if (end == position)
            {
                var after = position + CharacterClasses.Width(text, position);
                end = after >= text.Length ? text.Length : scanner.FindMatch(text, after, out _);
            }

            position = end;
            return true;
        }

        return NextOther(text, ref position, out start, out end);
    }

    private bool NextOther(ReadOnlySpan<char> text, ref int position, out int start, out int end)
    {
        start = position;
        var match = scanner.FindMatch(text, position, out var matchEnd);
        switch (behavior)
        {
            case SplitBehavior.MatchesOnly:
                start = match;
                end = matchEnd;
                break;

            case SplitBehavior.Removed:
                while (match == start && matchEnd > match)
                {
                    start = matchEnd;
                    match = start < text.Length ? scanner.FindMatch(text, start, out matchEnd) : text.Length;
                    matchEnd = start < text.Length ? matchEnd : text.Length;
                }

                end = match;
                position = matchEnd;
                return end > start;

            case SplitBehavior.MergedWithPrevious:
                end = matchEnd;
                break;

            case SplitBehavior.MergedWithNext:
                end = match > position ? match : matchEnd < text.Length ? scanner.FindMatch(text, matchEnd, out _) : matchEnd;
                break;

            default:
                end = match > position ? match : matchEnd;
                while (match == position && end < text.Length && scanner.MatchEnd(text, end) is var more && more > end)
                {
                    end = more;
                }

                break;
        }

        position = end;
        return end > start;
    }
}
