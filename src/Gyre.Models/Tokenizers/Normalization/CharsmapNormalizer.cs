using System.Buffers;
using System.Text;

namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>SentencePiece's compiled rules alone, the longest match first.</summary>
internal sealed class CharsmapNormalizer(Charsmap charsmap) : Normalizer
{
    public override void Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var utf8 = rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented));
            for (var at = 0; !utf8.IsEmpty;)
            {
                if (charsmap.TryMatch(utf8, out var length, out var replacement))
                {
                    var units = Encoding.UTF8.GetCharCount(utf8[..length]);
                    destination.From(at, at + units);
                    at += units;
                    Encoding.UTF8.GetChars(replacement, destination.Extend(Encoding.UTF8.GetCharCount(replacement)));
                }
                else
                {
                    Rune.DecodeFromUtf8(utf8, out var rune, out length);
                    destination.From(at, at + rune.Utf16SequenceLength);
                    at += rune.Utf16SequenceLength;
                    rune.EncodeToUtf16(destination.Extend(rune.Utf16SequenceLength));
                }

                utf8 = utf8[length..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
