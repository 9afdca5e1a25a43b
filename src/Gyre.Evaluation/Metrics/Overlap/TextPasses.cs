namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Substitutions that the tokenizers of BLEU and of TER have in common.</summary>
internal static class TextPasses
{
    /// <summary>The four escaped characters of SGML back to what they stand for, in the order of the source.</summary>
    public static string Entities(string text) => text.Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
        .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);

    /// <summary>The text with a space on both sides.</summary>
    public static ReadOnlySpan<char> Padded(ReadOnlySpan<char> text, CharBuffer destination)
    {
        destination.Append(' ');
        destination.Append(text);
        destination.Append(' ');
        return destination.Span;
    }

    /// <summary>ASCII symbols and punctuation apart, but for apostrophe, comma, point and dash.</summary>
    public static ReadOnlySpan<char> Symbols(ReadOnlySpan<char> text, CharBuffer destination)
    {
        foreach (var character in text)
        {
            if (character is (>= '{' and <= '~') or (>= '[' and <= '`') or (>= ' ' and <= '&') or (>= '(' and <= '+') or (>= ':' and <= '@') or '/')
            {
                destination.Append(' ');
                destination.Append(character);
                destination.Append(' ');
            }
            else
            {
                destination.Append(character);
            }
        }

        return destination.Span;
    }

    /// <summary>Points and commas apart that follow anything but a digit.</summary>
    public static ReadOnlySpan<char> PointsAfterNonDigits(ReadOnlySpan<char> text, CharBuffer destination)
    {
        for (var i = 0; i < text.Length; i++)
        {
            destination.Append(text[i]);
            if (i + 1 < text.Length && !char.IsAsciiDigit(text[i]) && text[i + 1] is '.' or ',')
            {
                destination.Append(' ');
                destination.Append(text[++i]);
                destination.Append(' ');
            }
        }

        return destination.Span;
    }

    /// <summary>Points and commas apart that stand before anything but a digit.</summary>
    public static ReadOnlySpan<char> PointsBeforeNonDigits(ReadOnlySpan<char> text, CharBuffer destination)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '.' or ',' && i + 1 < text.Length && !char.IsAsciiDigit(text[i + 1]))
            {
                destination.Append(' ');
                destination.Append(text[i]);
                destination.Append(' ');
                destination.Append(text[++i]);
            }
            else
            {
                destination.Append(text[i]);
            }
        }

        return destination.Span;
    }

    /// <summary>The ending 's apart where a space follows.</summary>
    public static ReadOnlySpan<char> Possessives(ReadOnlySpan<char> text, CharBuffer destination)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i..].StartsWith("'s "))
            {
                destination.Append(' ');
            }

            destination.Append(text[i]);
        }

        return destination.Span;
    }

    /// <summary>Dashes apart that follow a digit.</summary>
    public static ReadOnlySpan<char> DashesAfterDigits(ReadOnlySpan<char> text, CharBuffer destination)
    {
        for (var i = 0; i < text.Length; i++)
        {
            destination.Append(text[i]);
            if (char.IsAsciiDigit(text[i]) && i + 1 < text.Length && text[i + 1] == '-')
            {
                destination.Append(' ');
                destination.Append(text[++i]);
                destination.Append(' ');
            }
        }

        return destination.Span;
    }
}
