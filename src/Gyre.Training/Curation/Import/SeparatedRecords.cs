using System.Text;
using System.Text.Unicode;

namespace Gyre.Training.Curation.Import;

/// <summary>Rows of separated values under a head line: CSV as RFC 4180 says, or TSV without quoting.</summary>
internal static class SeparatedRecords
{
    private const int MostColumns = 1000;

    /// <summary>The rows, each with the line on which it begins and its values by column; faulty rows are told and left out.</summary>
    public static IEnumerable<(long Line, IReadOnlyList<KeyValuePair<string, string>> Values)> Read(Stream stream, char separator, Action<long, string> fault)
    {
        string[]? head = null;
        foreach (var (line, values, isWhole) in Rows(stream, separator, fault))
        {
            if (!isWhole)
            {
                fault(line, "has an open quote up to the end of the file, or beyond what a record may hold; expected RFC 4180.");
                yield break;
            }

            if (head is null)
            {
                head = values;
                if (head.Length > MostColumns || head.Distinct(StringComparer.Ordinal).Count() != head.Length)
                {
                    fault(line, head.Length > MostColumns ? $"names {head.Length} columns; expected at most {MostColumns}." : "names a column twice.");
                    yield break;
                }
            }
            else if (values.Length != head.Length)
            {
                fault(line, $"has {values.Length} values; expected {head.Length}, as the head line names.");
            }
            else
            {
                yield return (line, [.. head.Select((name, i) => KeyValuePair.Create(name, values[i]))]);
            }
        }
    }

    private static IEnumerable<(long Line, string[] Values, bool IsWhole)> Rows(Stream stream, char separator, Action<long, string> fault)
    {
        var text = new StringBuilder();
        var start = 0L;
        var isQuoting = separator != '\t';
        foreach (var (number, bytes) in ByteLines.Read(stream, number => fault(number, $"has more than {ByteLines.MostBytes} bytes; a line is expected to be shorter.")))
        {
            if (!Utf8.IsValid(bytes.Span))
            {
                fault(number, "is not UTF-8; expected one encoding, UTF-8, in the whole file.");
                continue;
            }

            var line = Encoding.UTF8.GetString(bytes.Span);
            if (text.Length == 0)
            {
                if (line.Length == 0)
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
            if (isQuoting && text.Length <= ByteLines.MostBytes && HasOpenQuote(text))
            {
                continue;
            }

            if (text.Length > ByteLines.MostBytes)
            {
                yield return (start, [], false);
                yield break;
            }

            var row = text.ToString();
            text.Clear();
            if (TrySplit(row, separator, isQuoting, out var values))
            {
                yield return (start, values, true);
            }
            else
            {
                fault(start, "has text behind a closing quote; expected RFC 4180: a quote inside a value is written twice.");
            }
        }

        if (text.Length > 0)
        {
            yield return (start, [], false);
        }
    }

    /// <summary>An odd number of quotes: doubled ones cancel out.</summary>
    private static bool HasOpenQuote(StringBuilder text)
    {
        var quotes = 0;
        foreach (var chunk in text.GetChunks())
        {
            quotes += chunk.Span.Count('"');
        }

        return quotes % 2 == 1;
    }

    private static bool TrySplit(string row, char separator, bool isQuoting, out string[] values)
    {
        if (!isQuoting)
        {
            values = row.Split(separator);
            return true;
        }

        var read = new List<string>();
        values = [];
        for (var at = 0; ;)
        {
            if (at < row.Length && row[at] == '"')
            {
                var value = new StringBuilder();
                for (at++; ; at++)
                {
                    var quote = row.IndexOf('"', at);
                    if (quote < 0)
                    {
                        return false;
                    }

                    value.Append(row, at, quote - at);
                    at = quote + 1;
                    if (at < row.Length && row[at] == '"')
                    {
                        value.Append('"');
                        continue;
                    }

                    break;
                }

                if (at < row.Length && row[at] != separator)
                {
                    return false;
                }

                read.Add(value.ToString());
            }
            else
            {
                var end = row.IndexOf(separator, at);
                read.Add(row[at..(end < 0 ? row.Length : end)]);
                at = end < 0 ? row.Length : end;
            }

            if (at >= row.Length)
            {
                values = [.. read];
                return true;
            }

            at++;
        }
    }
}
