namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>One step that rewrites text before it is cut into pieces. Immutable and safe for several threads.</summary>
internal abstract class Normalizer
{
    /// <summary>Appends the rewritten text.</summary>
    /// <param name="text">A part of the text between added tokens; never empty.</param>
    /// <param name="isFirst">True when nothing of the text comes before this part.</param>
    /// <param name="destination">Receives the result.</param>
    public abstract void Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination);
}
