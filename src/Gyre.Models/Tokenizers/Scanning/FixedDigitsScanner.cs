using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>Exactly three ASCII digits: <c>[0-9][0-9][0-9]</c>.</summary>
internal sealed class FixedDigitsScanner : Scanner
{
    [HotPath]
    public override int MatchEnd(ReadOnlySpan<char> text, int start) =>
        start + 3 <= text.Length
            && char.IsAsciiDigit(text[start]) && char.IsAsciiDigit(text[start + 1]) && char.IsAsciiDigit(text[start + 2])
            ? start + 3
            : start;
}
