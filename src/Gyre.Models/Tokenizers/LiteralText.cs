using System.Text;

namespace Gyre.Models.Tokenizers;

/// <summary>Keeps text from outside from being read as special tokens once a template has put it among its own.</summary>
/// <remarks>
/// A template mixes its special tokens with the messages' texts in one string. Where a message spells a special token, a
/// noncharacter goes behind its first character: the token is no longer found, and <see cref="ITokenizer.Encode"/> drops
/// the mark before it cuts the text, so the model reads exactly what was written.
/// <para>Source: Unicode, chapter 23.7: U+FDD0 is for internal use and never part of interchanged text.</para>
/// </remarks>
internal sealed class LiteralText
{
    /// <summary>Stands inside a text that spells a special token and is none.</summary>
    public const char Mark = '\uFDD0';

    private readonly AddedTokenMatcher? _special;

    /// <param name="tokenizer">Its special tokens are looked for.</param>
    public LiteralText(ITokenizer tokenizer)
    {
        _special = AddedTokenMatcher.Create(Enumerable.Range(0, tokenizer.VocabularySize)
            .Where(tokenizer.IsSpecial)
            .Select(id => new AddedToken(id, tokenizer.GetToken(id), IsSpecial: true)));
    }

    /// <summary>The text with every special token in it marked; the same string when there is none.</summary>
    public string Protect(string text)
    {
        if (text.Contains(Mark, StringComparison.Ordinal))
        {
            text = Unmark(text);
        }

        StringBuilder? marked = null;
        var done = 0;
        for (var from = 0; _special is not null && from < text.Length;)
        {
            if (_special.Next(text, from, out var start, out var end) is null)
            {
                break;
            }

            Rune.DecodeFromUtf16(text.AsSpan(start), out _, out var width);
            marked ??= new StringBuilder(text.Length + 8);
            marked.Append(text, done, start + width - done).Append(Mark);
            done = start + width;
            from = Math.Max(end, done);
        }

        return marked is null ? text : marked.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>The text without marks.</summary>
    public static string Unmark(string text) => text.Replace(Mark.ToString(), "", StringComparison.Ordinal);
}
