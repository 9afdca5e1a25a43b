using System.Text.Json;
using Gyre.Evaluation.Experiments;
using Microsoft.Win32.SafeHandles;

namespace Gyre.Evaluation.Reports.Examples;

/// <summary>The rows of an experiment: found by their scores, parts and failures, and read one by one, without going through the file each time.</summary>
/// <remarks>
/// An index beside or away from the rows is built once for each file of rows, in one pass, and used as long as the file stays as it is
/// (its length, time of change and ends are looked at, not its whole content).
/// <para>Owns: the handles of both files, until disposed. Not safe for several threads.</para>
/// <para>Cost: a query reads the columns that it compares (8 bytes a row each) and keeps 16 bytes for each row that matches; a search for
/// text reads the rows that the other conditions match, at most <see cref="RowQuery.SearchBytes"/> of them at a time.</para>
/// </remarks>
public sealed class ExperimentRows : IDisposable
{
    private readonly ExperimentResult _result;
    private readonly RowIndexShape _shape;
    private readonly RowIndex _index;
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly RowSearch _search;

    private ExperimentRows(ExperimentResult result, RowIndexShape shape, RowIndex index, SafeFileHandle file, string path)
    {
        (_result, _shape, _index, _file, _path) = (result, shape, index, file, path);
        _search = new RowSearch(result, shape, index);
    }

    /// <summary>The names of the metrics, each once.</summary>
    public IReadOnlyList<string> Metrics => _shape.Scorers;

    /// <summary>The parts that rows can be looked for by, as <c>key=part</c>, at most 1,000 a key.</summary>
    public IReadOnlyList<string> Segments => [.. _shape.Keys.SelectMany((key, place) => (_index.Parts[place] ?? []).Take(1000).Order(StringComparer.Ordinal).Select(part => $"{key}={part}"))];

    /// <summary>Opens the rows; builds their index when there is none for them.</summary>
    /// <param name="result">The result that the rows belong to.</param>
    /// <param name="rowsPath">The rows.</param>
    /// <param name="indexPath">Where the index is or will be; its folder is made.</param>
    /// <param name="cancellationToken">Ends the building.</param>
    /// <exception cref="EvaluationException">EVA0043, EVA0044, EVA0046: the rows are damaged, of another run, or cannot be read. EVA0047: the index cannot be written or read.</exception>
    public static ExperimentRows Open(ExperimentResult result, string rowsPath, string indexPath, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentException.ThrowIfNullOrEmpty(rowsPath);
        ArgumentException.ThrowIfNullOrEmpty(indexPath);
        var shape = new RowIndexShape(result);
        var fingerprint = RowIndex.Fingerprint(rowsPath);
        var index = RowIndex.TryOpen(indexPath, shape, fingerprint);
        if (index is null)
        {
            RowIndexWriter.Build(indexPath, rowsPath, result, shape, fingerprint, cancellationToken);
            index = RowIndex.TryOpen(indexPath, shape, fingerprint) ?? throw RowIndex.Unusable(indexPath, new IOException("It was changed while it was made."));
        }

        try
        {
            return new ExperimentRows(result, shape, index, File.OpenHandle(rowsPath, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess), rowsPath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            index.Dispose();
            throw RowLines.Unreadable(rowsPath, error);
        }
    }

    /// <summary>A part of the rows that a query matches.</summary>
    /// <exception cref="EvaluationException">EVA0048: the query names a candidate, metric or part that this experiment lacks, or asks for too many rows. EVA0043, EVA0046, EVA0047: the files.</exception>
    public RowPage Find(RowQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var numbers = _search.Find(query);
        var examples = new List<Example>();
        var (at, read) = (query.From, 0L);
        while (at < numbers.Count && examples.Count < query.Take && (query.Text is null || read < query.SearchBytes))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var number = numbers[at++];
            var line = Line(number);
            read += line.Length;
            if (query.Text is null || Holds(line, query.Text, number))
            {
                examples.Add(ExampleRow.Read(line, _path, number, _result, query.MostCharacters));
            }
        }

        return new RowPage(examples, numbers.Count, Math.Min(query.From, numbers.Count), Math.Max(0, at - query.From), at < numbers.Count ? at : null);
    }

    /// <summary>One row with its texts; null when there is none of that number.</summary>
    /// <param name="number">Its place in the dataset, from 1.</param>
    /// <param name="mostCharacters">The most characters of each text.</param>
    /// <exception cref="EvaluationException">EVA0043, EVA0046, EVA0047: the files.</exception>
    public Example? Read(long number, int mostCharacters = 100_000) =>
        number >= 1 && number <= _shape.Rows ? ExampleRow.Read(Line(number), _path, number, _result, mostCharacters) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _index.Dispose();
        _file.Dispose();
    }

    /// <summary>The values of a candidate by a metric, a NaN where there is none.</summary>
    internal double[] Values(string candidate, string metric)
    {
        var values = new double[_shape.Rows];
        _index.ReadValues(_shape.Candidates.ToList().IndexOf(candidate), _shape.Scorers.ToList().IndexOf(metric), values, 0);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = double.IsFinite(values[i]) ? values[i] : double.NaN;
        }

        return values;
    }

    /// <summary>Which rows are of a task; all of them when it is null.</summary>
    internal bool[] OfTask(string? task)
    {
        var numbers = new int[_shape.Rows];
        var wanted = -2;
        if (task is not null)
        {
            _index.ReadParts(0, numbers, 0);
            wanted = (_index.Parts[0] ?? []).ToList().IndexOf(task);
        }

        return [.. numbers.Select(number => task is null || (wanted >= 0 && number == wanted))];
    }

    private byte[] Line(long number)
    {
        var (offset, length) = _index.Place(number);
        try
        {
            var bytes = length ?? (RandomAccess.GetLength(_file) - offset);
            if (bytes is < 0 or > RowLines.MostLineBytes)
            {
                throw RowLines.Damaged(_path, number, "does not lie where it lay when it was read first.");
            }

            var line = new byte[bytes];
            for (var read = 0; read < line.Length;)
            {
                var count = RandomAccess.Read(_file, line.AsSpan(read), offset + read);
                read += count > 0 ? count : throw RowLines.Damaged(_path, number, "ends too early.");
            }

            return line;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RowLines.Unreadable(_path, error);
        }
    }

    private bool Holds(byte[] line, string text, long number)
    {
        try
        {
            var json = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 8 });
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.String && (json.GetString() ?? "").Contains(text, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw RowLines.Damaged(_path, number, "is not a row; expected one JSON object with the candidates' answers and scores.", error);
        }
    }
}
