using System.Buffers;
using System.Text;
using Gyre.Models.Tokenizers;

namespace Gyre.Server.Generation;

/// <summary>Single tokens as the wire shows them.</summary>
internal static class TokenText
{
    /// <summary>The bytes of one token; the literal text of a special one.</summary>
    public static byte[] Bytes(ITokenizer tokenizer, int id, bool isFirst = false)
    {
        var buffer = new ArrayBufferWriter<byte>(16);
        tokenizer.AppendBytes(id, isFirst, includeSpecial: true, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The bytes as text; bytes that are no whole character read as U+FFFD.</summary>
    public static string Lossy(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>The bytes as text, or their spelling as <c>bytes:\xNN</c> when they are no whole text.</summary>
    public static string Exact(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var text = new StringBuilder("bytes:");
        foreach (var value in bytes)
        {
            text.Append("\\x").Append(value.ToString("x2"));
        }

        return text.ToString();
    }
}
