using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Gyre.Models.Tokenizers;

/// <content>From ids to text.</content>
internal sealed partial class BpeTokenizer
{
    /// <inheritdoc />
    public void AppendBytes(int id, bool isFirst, bool includeSpecial, IBufferWriter<byte> destination)
    {
        CheckId(id);
        if (_isSpecial[id])
        {
            if (includeSpecial)
            {
                Encoding.UTF8.GetBytes(_vocabulary[id], destination);
            }

            return;
        }

        var bytes = _bytes[id].AsSpan();
        if (isFirst && _decoding.StrippedLeft > 0 && _vocabulary.KindOf(id) is not (TokenKind.Byte or TokenKind.Unknown))
        {
            bytes = StripLeft(bytes, _decoding.StrippedLeft);
        }

        destination.Write(bytes);
    }

    /// <inheritdoc />
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(16, ids.Length * 5));
        var run = new ArrayBufferWriter<byte>(16);
        var stripsLeft = _decoding.StrippedLeft > 0;
        foreach (var id in ids)
        {
            CheckId(id);
            if (_isSpecial[id])
            {
                continue;
            }

            if (_vocabulary.KindOf(id) == TokenKind.Byte)
            {
                run.Write(_bytes[id]);
                continue;
            }

            WriteRun(run, bytes);
            var part = _bytes[id].AsSpan();
            if (stripsLeft && bytes.WrittenCount == 0)
            {
                stripsLeft = part.IsEmpty || _decoding.StripsUntilText;

                // What stands for an unknown piece keeps its spaces.
                part = _vocabulary.KindOf(id) == TokenKind.Unknown ? part : StripLeft(part, _decoding.StrippedLeft);
            }

            bytes.Write(part);
        }

        WriteRun(run, bytes);
        var text = Encoding.UTF8.GetString(bytes.WrittenSpan);
        for (var i = 0; i < _decoding.StrippedRight && text.EndsWith(' '); i++)
        {
            text = text[..^1];
        }

        return text;
    }

    private static Span<byte> StripLeft(Span<byte> bytes, int count)
    {
        var stripped = 0;
        while (stripped < count && stripped < bytes.Length && bytes[stripped] == (byte)' ')
        {
            stripped++;
        }

        return bytes[stripped..];
    }

    // A run of byte tokens is made valid UTF-8 by itself, as the reference does, before the bytes of other tokens follow.
    private void WriteRun(ArrayBufferWriter<byte> run, ArrayBufferWriter<byte> destination)
    {
        var rest = run.WrittenSpan;
        if (_decoding.InvalidBytes == InvalidBytes.MaximalSubpart || Utf8.IsValid(rest))
        {
            destination.Write(rest);
            rest = [];
        }

        while (!rest.IsEmpty)
        {
            var isValid = Rune.DecodeFromUtf8(rest, out _, out var length) == OperationStatus.Done
                && _decoding.InvalidBytes == InvalidBytes.EachByte;
            length = isValid ? length : 1;
            destination.Write(isValid ? rest[..length] : "\uFFFD"u8);
            rest = rest[length..];
        }

        run.ResetWrittenCount();
    }
}
