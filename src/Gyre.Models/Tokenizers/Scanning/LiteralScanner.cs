using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>A fixed text.</summary>
internal sealed class LiteralScanner(string literal) : Scanner
{
    /// <summary>The text.</summary>
    public string Literal => literal;

    [HotPath]
    public override int MatchEnd(ReadOnlySpan<char> text, int start) =>
        text[start..].StartsWith(literal, StringComparison.Ordinal) ? start + literal.Length : start;

    public override int FindMatch(ReadOnlySpan<char> text, int start, out int end)
    {
        var found = text[start..].IndexOf(literal, StringComparison.Ordinal);
        end = found < 0 ? text.Length : start + found + literal.Length;
        return found < 0 ? text.Length : start + found;
    }
}
