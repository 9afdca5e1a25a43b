using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>
/// Decodes UTF-8 that arrives in parts, such as the bytes of one token after the other, into whole characters.
/// </summary>
/// <remarks>
/// Bytes of an unfinished character are held back. What can never become a character is replaced by one U+FFFD for each
/// maximal part of a character. Not safe for several threads at once.
/// <para>Source: The Unicode Standard, section 3.9, "U+FFFD Substitution of Maximal Subparts".</para>
/// <para>Cost: the span forms do not allocate.</para>
/// </remarks>
public sealed class Utf8StreamDecoder
{
    private readonly byte[] _pending = new byte[4];
    private int _pendingCount;

    /// <summary>The number of bytes held back, 0 to 3.</summary>
    public int PendingBytes => _pendingCount;

    /// <summary>The room that <see cref="Write"/> needs for so many bytes.</summary>
    public static int MaxChars(int byteCount) => byteCount + 3;

    /// <summary>Decodes the next bytes and returns the number of UTF-16 units written.</summary>
    /// <param name="bytes">The bytes that follow.</param>
    /// <param name="destination">At least <see cref="MaxChars"/> of their number.</param>
    [HotPath]
    public int Write(ReadOnlySpan<byte> bytes, Span<char> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, MaxChars(bytes.Length), nameof(destination));
        if (bytes.IsEmpty)
        {
            return 0;
        }

        var written = 0;
        if (_pendingCount > 0)
        {
            var taken = Math.Min(bytes.Length, _pending.Length - _pendingCount);
            bytes[..taken].CopyTo(_pending.AsSpan(_pendingCount));
            var status = Rune.DecodeFromUtf8(_pending.AsSpan(0, _pendingCount + taken), out var rune, out var consumed);
            if (status == OperationStatus.NeedMoreData)
            {
                _pendingCount += taken;
                return 0;
            }

            // What was held back is a true beginning of a character, so all of it is consumed, alone or with what follows.
            written = rune.EncodeToUtf16(destination);
            bytes = bytes[(consumed - _pendingCount)..];
            _pendingCount = 0;
        }

        Utf8.ToUtf16(bytes, destination[written..], out var read, out var decoded, replaceInvalidSequences: true, isFinalBlock: false);
        var rest = bytes[read..];
        rest.CopyTo(_pending);
        _pendingCount = rest.Length;
        return written + decoded;
    }

    /// <summary>Ends the text: an unfinished character becomes U+FFFD. Returns the number of UTF-16 units written, 0 or 1.</summary>
    public int Flush(Span<char> destination)
    {
        if (_pendingCount == 0)
        {
            return 0;
        }

        _pendingCount = 0;
        destination[0] = '\uFFFD';
        return 1;
    }

    /// <summary>Decodes the next bytes; empty while a character is unfinished.</summary>
    public string Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 256)
        {
            var rented = ArrayPool<char>.Shared.Rent(MaxChars(bytes.Length));
            var text = new string(rented, 0, Write(bytes, rented));
            ArrayPool<char>.Shared.Return(rented);
            return text;
        }

        Span<char> units = stackalloc char[MaxChars(256)];
        return new string(units[..Write(bytes, units)]);
    }

    /// <summary>Ends the text: U+FFFD for an unfinished character, else empty.</summary>
    public string Flush()
    {
        Span<char> unit = stackalloc char[1];
        return new string(unit[..Flush(unit)]);
    }

    /// <summary>Forgets what was held back.</summary>
    public void Reset() => _pendingCount = 0;
}
