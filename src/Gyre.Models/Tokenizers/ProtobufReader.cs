using System.Buffers.Binary;
using System.Text;

namespace Gyre.Models.Tokenizers;

/// <summary>Reads the fields of one protocol-buffer message from bytes, checking every length against what is there.</summary>
/// <remarks>Source: the Protocol Buffers wire format (varint, 64-bit, length-delimited, 32-bit).</remarks>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes, long origin = 0)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>The number of the field just read.</summary>
    public int Field { get; private set; }

    /// <summary>The value of a varint or fixed field.</summary>
    public ulong Number { get; private set; }

    /// <summary>The value of a length-delimited field.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Where <see cref="Bytes"/> begins in the file.</summary>
    public readonly long BytesOrigin => origin + _at - Bytes.Length;

    /// <summary>The value of a 32-bit field as a floating-point number.</summary>
    public readonly float Single => BitConverter.UInt32BitsToSingle((uint)Number);

    /// <summary>Moves to the next field; false at the end of the message.</summary>
    /// <remarks>Errors: RUN0103 when the bytes do not form a field.</remarks>
    public bool Next()
    {
        if (_at == _bytes.Length)
        {
            return false;
        }

        var key = Varint();
        Field = (int)Math.Min(key >> 3, int.MaxValue);
        Bytes = default;
        Number = 0;
        switch (key & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Bytes = Take(Varint());
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw TokenizerErrors.BrokenSentencePiece($"found a field of wire type {key & 7}", origin + _at);
        }

        return true;
    }

    /// <summary><see cref="Bytes"/> as text.</summary>
    public readonly string Text()
    {
        try
        {
            return StrictUtf8.GetString(Bytes);
        }
        catch (DecoderFallbackException)
        {
            throw TokenizerErrors.BrokenSentencePiece("found text that is not UTF-8", BytesOrigin);
        }
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_bytes.Length - _at))
        {
            throw TokenizerErrors.BrokenSentencePiece($"found a field of {count:N0} bytes with {_bytes.Length - _at:N0} left", origin + _at);
        }

        var taken = _bytes.Slice(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_at == _bytes.Length)
            {
                throw TokenizerErrors.BrokenSentencePiece("found the end inside a number", origin + _at);
            }

            var part = _bytes[_at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw TokenizerErrors.BrokenSentencePiece("found a number longer than ten bytes", origin + _at);
    }
}
