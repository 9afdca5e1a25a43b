using System.Text;
using Gyre.Models.Tokenizers.Scanning;

namespace Gyre.Models.Tokenizers;

/// <summary>What byte-level vocabularies have in common, whatever file they come from.</summary>
internal static class ByteLevelParts
{
    /// <summary>The bytes that each token stands for: added tokens literally, the others by GPT-2's spelling.</summary>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="literal">The added tokens' ids.</param>
    /// <param name="wordEnd">What tokens at the end of a word are spelled with, which stands for a space; empty when nothing marks them.</param>
    public static byte[][] BytesOf(Vocabulary vocabulary, IEnumerable<int> literal, string wordEnd = "")
    {
        var bytes = new byte[vocabulary.Count][];
        foreach (var id in literal)
        {
            bytes[id] = Encoding.UTF8.GetBytes(vocabulary[id]);
        }

        for (var id = 0; id < bytes.Length; id++)
        {
            if (bytes[id] is null && wordEnd.Length > 0 && vocabulary[id].EndsWith(wordEnd, StringComparison.Ordinal))
            {
                bytes[id] = ByteAlphabet.Read(vocabulary[id][..^wordEnd.Length]) is { } word ? [.. word, (byte)' '] : null!; // The next line fills it.
            }

            bytes[id] ??= ByteAlphabet.Read(vocabulary[id]) ?? Encoding.UTF8.GetBytes(vocabulary[id]);
        }

        return bytes;
    }

    /// <summary>
    /// The name of the pre-tokenisation that a vocabulary without a description was trained with, as its tokens show it.
    /// </summary>
    /// <remarks>
    /// GPT-2's pattern never puts a line break behind punctuation in one piece, cl100k's does; how many digits make a
    /// piece shows in the longest token of digits.
    /// </remarks>
    public static string GuessPreTokenizer(Vocabulary vocabulary)
    {
        var breaksAfterSigns = false;
        var longestDigits = 0;
        for (var id = 0; id < vocabulary.Count; id++)
        {
            var token = vocabulary[id];
            if (vocabulary.KindOf(id) != TokenKind.Normal || token.Length == 0)
            {
                continue;
            }

            breaksAfterSigns |= token is ");Ċ" or ".Ċ" or ";Ċ" or "{Ċ";
            if (token.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
            {
                longestDigits = Math.Max(longestDigits, token.Length);
            }
        }

        return (breaksAfterSigns, longestDigits) switch
        {
            (true, <= 1) => "qwen2",
            (true, _) => "llama-bpe",
            (false, <= 1) when vocabulary.Count > 1000 => "starcoder",
            _ => "gpt-2",
        };
    }

    /// <summary>The stages of a named pre-tokenisation.</summary>
    /// <remarks>Errors: RUN0113.</remarks>
    public static SplitStage[] Stages(string name) =>
        PreTokenizers.TryByName(name, out var stages) ? stages : throw TokenizerErrors.UnknownPreTokenizer(name);
}
