using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>A pre-tokenisation pattern, matched from left to right. Immutable and safe for several threads.</summary>
internal abstract class Scanner
{
    /// <summary>The end of the match that begins exactly at <paramref name="start"/>, or <paramref name="start"/> when there is none.</summary>
    /// <param name="text">The text; look-ahead ends with it.</param>
    /// <param name="start">Less than the text's length, never inside a surrogate pair.</param>
    public abstract int MatchEnd(ReadOnlySpan<char> text, int start);

    /// <summary>The start of the first match at or after a position, or the text's length.</summary>
    [HotPath]
    public virtual int FindMatch(ReadOnlySpan<char> text, int start, out int end)
    {
        for (var at = start; at < text.Length; at += CharacterClasses.Width(text, at))
        {
            end = MatchEnd(text, at);
            if (end > at)
            {
                return at;
            }
        }

        end = text.Length;
        return text.Length;
    }
}
