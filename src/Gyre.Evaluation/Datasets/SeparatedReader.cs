using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace Gyre.Evaluation.Datasets;

/// <summary>Values parted by commas, quoted as RFC 4180 says, or by tabs without quoting; a head line; UTF-8.</summary>
internal sealed class SeparatedReader(char separator) : IRecordReader
{
    private const int MostRecordBytes = 16 << 20;

    public IEnumerable<(long Line, IRecord Record)> Read(Stream stream, DatasetFaults faults)
    {
        var options = new CsvReaderOptions
        {
            Separator = separator,
            Mode = separator == '\t' ? CsvMode.NoEscape : CsvMode.Rfc4180,
            MaxRecordSize = MostRecordBytes,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Throw,
        };
        using var reader = CsvReader.Create(stream, options, leaveOpen: true);
        if (!Advance(reader, faults))
        {
            yield break;
        }

        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in reader.Headers)
        {
            if (!places.TryAdd(name, places.Count))
            {
                faults.Add(1, $"names the column '{name}' twice.");
                yield break;
            }
        }

        do
        {
            if (reader.FieldCount != places.Count)
            {
                faults.Add(reader.LineNumber, $"has {reader.FieldCount} values; expected {places.Count}, as the head line names.");
            }
            else if (Values(reader) is { } values)
            {
                yield return (reader.LineNumber, new Record(places, values));
            }
            else
            {
                faults.Add(reader.LineNumber, "is not UTF-8; expected one encoding, UTF-8, in the whole file.");
            }
        }
        while (Advance(reader, faults));
    }

    private static string[]? Values(CsvReader reader)
    {
        var values = new string[reader.FieldCount];
        for (var i = 0; i < values.Length; i++)
        {
            var bytes = reader.GetSpan(i);
            if (!Utf8.IsValid(bytes))
            {
                return null;
            }

            values[i] = Encoding.UTF8.GetString(bytes);
        }

        return values;
    }

    private static bool Advance(CsvReader reader, DatasetFaults faults)
    {
        try
        {
            return reader.Read();
        }
        catch (CsvFormatException error)
        {
            faults.Add(error.LineNumber, $"is not CSV as RFC 4180 describes it: {error.Message.Split('\n')[0]}");
            return false;
        }
    }

    private sealed class Record(Dictionary<string, int> places, string[] values) : IRecord
    {
        public IEnumerable<string> Columns => places.Keys;

        public bool Has(string column) => places.ContainsKey(column);

        public IReadOnlyList<string> Texts(string column, out string? fault)
        {
            fault = null;
            return places.TryGetValue(column, out var place) ? [values[place]] : [];
        }

        public IEnumerable<(string Column, IReadOnlyList<string> Texts, string? Fault)> Others(IReadOnlySet<string> used) =>
            places.Where(place => !used.Contains(place.Key)).Select(place => (place.Key, (IReadOnlyList<string>)[values[place.Value]], (string?)null));
    }
}
