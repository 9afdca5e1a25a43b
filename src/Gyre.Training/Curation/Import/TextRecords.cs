using System.Text;
using System.Text.Unicode;

namespace Gyre.Training.Curation.Import;

/// <summary>Plain text cut into records.</summary>
internal static class TextRecords
{
    /// <summary>The records with the line on which each begins; blank ones are passed over, faulty ones told.</summary>
    public static IEnumerable<(long Line, string Text)> Read(Stream stream, TextUnit unit, Action<long, string> fault)
    {
        var text = new StringBuilder();
        var start = 0L;
        var isFaulty = false;
        foreach (var (number, bytes) in ByteLines.Read(stream, number => fault(number, $"has more than {ByteLines.MostBytes} bytes; a line is expected to be shorter.")))
        {
            if (!Utf8.IsValid(bytes.Span))
            {
                // The rest of a file in another encoding would be as faulty: one message is enough.
                fault(number, "is not UTF-8; expected one encoding, UTF-8, in the whole file.");
                if (unit == TextUnit.File)
                {
                    yield break;
                }

                continue;
            }

            var line = Encoding.UTF8.GetString(bytes.Span);
            var isBlank = string.IsNullOrWhiteSpace(line);
            if (unit == TextUnit.Line)
            {
                if (!isBlank)
                {
                    yield return (number, line);
                }

                continue;
            }

            if (unit == TextUnit.Paragraph && isBlank)
            {
                if (text.Length > 0 && !isFaulty)
                {
                    yield return (start, text.ToString());
                }

                text.Clear();
                isFaulty = false;
                continue;
            }

            if (isFaulty)
            {
                continue;
            }

            if (text.Length + line.Length > ByteLines.MostBytes)
            {
                isFaulty = true;
                fault(start, $"begins a text of more than {ByteLines.MostBytes} characters; cut the file, or take its lines or paragraphs as records.");
                text.Clear();
                continue;
            }

            if (text.Length == 0)
            {
                if (isBlank)
                {
                    continue;
                }

                start = number;
            }
            else
            {
                text.Append('\n');
            }

            text.Append(line);
        }

        if (text.Length > 0 && !isFaulty)
        {
            yield return (start, text.ToString());
        }
    }
}
