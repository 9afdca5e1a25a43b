using Gyre.Tensors;

namespace Gyre.Models.Generation;

/// <summary>Drafts a continuation from the sequence itself: what followed the last time that its end occurred.</summary>
/// <remarks>
/// Drafts cost time when they are wrong, so a sequence whose drafts fail pauses for a while, longer each time.
/// <para>Source: A. Saxena, "Prompt Lookup Decoding", 2023.</para>
/// </remarks>
internal sealed class PromptLookup(int maxTokens)
{
    private const int LongestMatch = 4;
    private const int ShortestMatch = 2;
    private const int LongestPause = 64;

    private int _pause;
    private int _nextPause = 1;

    /// <summary>Writes a draft of what follows <paramref name="tokens"/>.</summary>
    /// <returns>How many tokens were drafted; 0 when the end has not occurred before.</returns>
    [HotPath]
    public int Draft(ReadOnlySpan<int> tokens, Span<int> destination)
    {
        if (_pause > 0)
        {
            _pause--;
            return 0;
        }

        for (var length = Math.Min(LongestMatch, tokens.Length - 1); length >= ShortestMatch; length--)
        {
            var end = tokens[^length..];
            var place = tokens[..^1].LastIndexOf(end);
            if (place >= 0)
            {
                var following = tokens[(place + length)..];
                var count = Math.Min(following.Length, Math.Min(maxTokens, destination.Length));
                following[..count].CopyTo(destination);
                return count;
            }
        }

        return 0;
    }

    /// <summary>Notes how many of a draft's tokens were right.</summary>
    public void Report(int drafted, int right)
    {
        if (drafted == 0)
        {
            return;
        }

        if (right > 0)
        {
            _nextPause = 1;
            return;
        }

        _pause = _nextPause;
        _nextPause = Math.Min(LongestPause, 2 * _nextPause);
    }
}
