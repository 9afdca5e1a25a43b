using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gyre.Evaluation.Experiments;
using Microsoft.Win32.SafeHandles;

namespace Gyre.Evaluation.Reports.Examples;

/// <summary>Builds an index of rows in one pass over them, whole or not at all.</summary>
internal sealed class RowIndexWriter
{
    private const int MostBufferBytes = 16 << 20;
    private readonly SafeFileHandle _file;
    private readonly Column[] _columns;

    private RowIndexWriter(SafeFileHandle file, RowIndexShape shape)
    {
        _file = file;
        var columns = 2 + shape.Keys.Count + (shape.Candidates.Count * shape.Scorers.Count);
        var bytes = Math.Clamp(MostBufferBytes / columns, 1 << 10, 1 << 16) & ~15;
        _columns =
        [
            new Column(file, 0, bytes),
            new Column(file, shape.CallsPlace, bytes),
            .. Enumerable.Range(0, shape.Keys.Count).Select(key => new Column(file, shape.PartsPlace(key), bytes)),
            .. Enumerable.Range(0, shape.Candidates.Count).SelectMany(candidate => Enumerable.Range(0, shape.Scorers.Count).Select(scorer => new Column(file, shape.ValuesPlace(candidate, scorer), bytes))),
        ];
    }

    /// <exception cref="EvaluationException">EVA0043, EVA0044, EVA0046: the rows. EVA0047: the index cannot be written.</exception>
    public static void Build(string path, string rowsPath, ExperimentResult result, RowIndexShape shape, string fingerprint, CancellationToken cancellationToken)
    {
        var partial = path + ".partial";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!); // A full path to a file has a folder.
            using (var file = File.OpenHandle(partial, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                new RowIndexWriter(file, shape).Write(rowsPath, result, shape, fingerprint, cancellationToken);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RowIndex.Unusable(path, error);
        }
        finally
        {
            // After a failure nothing is left behind.
            if (File.Exists(partial))
            {
                File.Delete(partial);
            }
        }
    }

    private void Write(string rowsPath, ExperimentResult result, RowIndexShape shape, string fingerprint, CancellationToken cancellationToken)
    {
        var scores = new RowScores(result);
        var parts = new RowParts(shape.Keys);
        using var lines = new RowLines(rowsPath);
        var position = lines.Position;
        while (lines.TryRead(out var line))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (lines.Number > shape.Rows)
            {
                throw OtherRun(rowsPath, lines.Number, shape.Rows, isMore: true);
            }

            scores.Read(line.Span, lines, parts);
            Add(position, scores, parts, shape);
            position = lines.Position;
        }

        if (lines.Number != shape.Rows)
        {
            throw OtherRun(rowsPath, lines.Number, shape.Rows, isMore: false);
        }

        foreach (var column in _columns)
        {
            column.Flush();
        }

        WriteFooter(shape, parts, fingerprint);
    }

    private void Add(long position, RowScores scores, RowParts parts, RowIndexShape shape)
    {
        _columns[0].Add(position);
        for (var candidate = 0; candidate < shape.Candidates.Count; candidate++)
        {
            _columns[1].Add(scores.IsFailed(candidate) ? (byte)1 : (byte)0);
        }

        var next = 2;
        foreach (var part in parts.Values)
        {
            _columns[next++].Add(part);
        }

        for (var candidate = 0; candidate < shape.Candidates.Count; candidate++)
        {
            for (var scorer = 0; scorer < shape.Scorers.Count; scorer++)
            {
                _columns[next++].Add(scores[candidate, scorer] ?? (scores.IsUndefined(candidate, scorer) ? double.PositiveInfinity : double.NaN));
            }
        }
    }

    private void WriteFooter(RowIndexShape shape, RowParts parts, string fingerprint)
    {
        var footer = JsonSerializer.SerializeToUtf8Bytes(new { rows = fingerprint, shape = shape.Digest, parts = Enumerable.Range(0, shape.Keys.Count).Select(parts.Names) });
        var end = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(end, footer.Length);
        RowIndex.Mark.CopyTo(end.AsSpan(8));
        RandomAccess.Write(_file, footer, shape.FooterPlace);
        RandomAccess.Write(_file, end, shape.FooterPlace + footer.Length);
    }

    private static EvaluationException OtherRun(string rowsPath, long found, long expected, bool isMore) => new(
        "EVA0044", $"Reading the rows of an experiment failed: found {(isMore ? "at least " : "")}{found} rows, but the result is of {expected}, so they are of different experiments. File: {rowsPath}. Expected rows.jsonl and result.json of one run; run the experiment again.");

    /// <summary>A column that is written piece by piece to its place.</summary>
    private sealed class Column(SafeFileHandle file, long place, int bytes)
    {
        private readonly byte[] _buffer = new byte[bytes];
        private long _place = place;
        private int _used;

        public void Add<T>(T value)
            where T : unmanaged
        {
            if (_used == _buffer.Length)
            {
                Flush();
            }

            MemoryMarshal.Write(_buffer.AsSpan(_used), in value);
            _used += System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        }

        public void Flush()
        {
            RandomAccess.Write(file, _buffer.AsSpan(0, _used), _place);
            _place += _used;
            _used = 0;
        }
    }
}
