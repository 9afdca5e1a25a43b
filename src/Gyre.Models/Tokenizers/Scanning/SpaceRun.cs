using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>The shared tail of most patterns: <c>\s+(?!\S)|\s+</c>.</summary>
internal static class SpaceRun
{
    /// <summary>
    /// The end of white space that starts at a position: the whole run at the end of the text, else all but its last
    /// character, which belongs to the next piece, unless it is the only one.
    /// </summary>
    [HotPath]
    public static int End(ReadOnlySpan<char> text, int start)
    {
        var end = CharacterClasses.RunEnd(text, start, CharacterClass.Space);
        return end == text.Length || end - start == 1 ? end : end - 1;
    }

    /// <summary>As <see cref="End"/>, but <c>\s*[\r\n]+</c> is tried first: the run ends after its last line break.</summary>
    [HotPath]
    public static int EndAfterLineBreak(ReadOnlySpan<char> text, int start)
    {
        var end = CharacterClasses.RunEnd(text, start, CharacterClass.Space);
        var lineBreak = text[start..end].LastIndexOfAny('\r', '\n');
        if (lineBreak >= 0)
        {
            return start + lineBreak + 1;
        }

        return end == text.Length || end - start == 1 ? end : end - 1;
    }

    /// <summary>As <see cref="EndAfterLineBreak"/>, but <c>\s++$</c> is tried first: a run at the end of the text stays whole.</summary>
    [HotPath]
    public static int EndWholeAtTextEnd(ReadOnlySpan<char> text, int start) =>
        CharacterClasses.RunEnd(text, start, CharacterClass.Space) == text.Length ? text.Length : EndAfterLineBreak(text, start);
}
