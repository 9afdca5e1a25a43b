namespace Gyre.Models.Tokenizers;

/// <summary>A range of a text, in UTF-16 units.</summary>
/// <param name="Start">The first unit.</param>
/// <param name="End">The unit after the last; equal to <paramref name="Start"/> for a token that stands for no text.</param>
public readonly record struct TextSpan(int Start, int End)
{
    /// <summary>The number of units.</summary>
    public int Length => End - Start;

    /// <summary>The part of a text.</summary>
    public ReadOnlySpan<char> Of(ReadOnlySpan<char> text) => text[Start..End];
}
