namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>Unicode's form NFC for texts that are not read by a tokenizer.</summary>
/// <remarks>The framework's own normalisation does nothing here: this process runs without ICU.</remarks>
public static class CanonicalComposition
{
    private static readonly UnicodeNormalizer Composer = new("NFC");

    /// <summary>The text in NFC: letters with their marks as one character wherever Unicode has one.</summary>
    /// <param name="text">Any text; half surrogate pairs become U+FFFD when anything else changes.</param>
    /// <returns>The same instance when it cannot need a change (nothing at or above U+0300 in it).</returns>
    /// <remarks>
    /// Cost: linear; nothing is allocated for texts below U+0300. Safe for several threads.
    /// <para>Source: Unicode Standard Annex 15.</para>
    /// </remarks>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF'))
        {
            return text;
        }

        var buffer = new CharBuffer();
        Composer.Apply(text, isFirst: true, buffer);
        return buffer.Written.SequenceEqual(text) ? text : new string(buffer.Written);
    }
}
