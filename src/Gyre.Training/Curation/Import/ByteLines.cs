using System.Buffers;

namespace Gyre.Training.Curation.Import;

/// <summary>The lines of a stream, one at a time, each of a bounded length.</summary>
internal static class ByteLines
{
    /// <summary>The longest line, and the longest record of any kind.</summary>
    public const int MostBytes = 16 << 20;

    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    /// <summary>Lines without their ends, numbered from 1; a byte-order mark is left out. The memory is valid until the next line.</summary>
    /// <param name="stream">Read to its end.</param>
    /// <param name="tooLong">Told the number of a line beyond the limit; the line is passed over.</param>
    public static IEnumerable<(long Number, ReadOnlyMemory<byte> Line)> Read(Stream stream, Action<long> tooLong)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
        var line = new ArrayBufferWriter<byte>(1 << 12);
        var (number, excess) = (0L, false);
        try
        {
            int count;
            while ((count = stream.Read(buffer)) > 0)
            {
                var from = 0;
                for (int end; (end = buffer.AsSpan(from, count - from).IndexOf((byte)'\n')) >= 0; from += end + 1)
                {
                    Take(buffer.AsSpan(from, end));
                    number++;
                    if (excess)
                    {
                        tooLong(number);
                    }
                    else
                    {
                        yield return (number, Whole(number));
                    }

                    line.ResetWrittenCount();
                    excess = false;
                }

                Take(buffer.AsSpan(from, count - from));
            }

            if (excess)
            {
                tooLong(number + 1);
            }
            else if (line.WrittenCount > 0)
            {
                yield return (number + 1, Whole(number + 1));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        void Take(ReadOnlySpan<byte> part)
        {
            excess |= line.WrittenCount + part.Length > MostBytes;
            if (!excess)
            {
                line.Write(part);
            }
        }

        ReadOnlyMemory<byte> Whole(long number)
        {
            var whole = line.WrittenMemory;
            whole = number == 1 && whole.Span.StartsWith(Mark) ? whole[Mark.Length..] : whole;
            return whole.Span.EndsWith("\r"u8) ? whole[..^1] : whole;
        }
    }
}
