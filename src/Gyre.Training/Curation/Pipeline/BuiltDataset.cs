using System.Buffers;
using System.Globalization;
using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Pipeline;

/// <summary>A dataset that was built and is not written yet.</summary>
/// <remarks>Owns the scratch files its records are in.</remarks>
public sealed class BuiltDataset : IDisposable
{
    private const int IdHexDigits = 24;
    private readonly RecordSpool _spool;
    private readonly (int Row, byte Split)[] _plan;

    internal BuiltDataset(RecordSpool spool, (int Row, byte Split)[] plan, IReadOnlyList<string> splits, DatasetBuildReport report) =>
        (_spool, _plan, Splits, Report) = (spool, plan, splits, report);

    /// <summary>What was done.</summary>
    public DatasetBuildReport Report { get; }

    /// <summary>The splits by name; empty for a dataset without splits.</summary>
    public IReadOnlyList<string> Splits { get; }

    /// <summary>The records in their order; of one split when there are some.</summary>
    /// <param name="split">A name out of <see cref="Splits"/>; empty for all records.</param>
    public IEnumerable<CurationRecord> Records(string split = "") => Rows(split).Select(row => _spool.Read(row));

    /// <summary>The records as canonical JSON, one object each (<see cref="RecordJson"/>); the memory is valid until the next one.</summary>
    /// <param name="split">A name out of <see cref="Splits"/>; empty for all records.</param>
    /// <remarks>Cost: 24 bytes of memory a record, to number repetitions.</remarks>
    public IEnumerable<ReadOnlyMemory<byte>> Lines(string split = "")
    {
        var repetitions = new Dictionary<UInt128, int>();
        var line = new ArrayBufferWriter<byte>();
        var ofSplit = split.Length == 0 ? -1 : IndexOf(split);
        foreach (var (row, number) in _plan)
        {
            if (ofSplit >= 0 && number != ofSplit)
            {
                continue;
            }

            var record = _spool.Read(row);
            var key = UInt128.Parse(record.Hash.AsSpan(0, IdHexDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            var repetition = repetitions.TryGetValue(key, out var known) ? known + 1 : 0;
            repetitions[key] = repetition;
            line.ResetWrittenCount();
            RecordJson.Write(record, RecordJson.IdOf(record, repetition), Splits.Count == 0 ? "" : Splits[number], line);
            yield return line.WrittenMemory;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _spool.Dispose();

    private IEnumerable<int> Rows(string split)
    {
        var ofSplit = split.Length == 0 ? -1 : IndexOf(split);
        return _plan.Where(entry => ofSplit < 0 || entry.Split == ofSplit).Select(entry => entry.Row);
    }

    private int IndexOf(string split)
    {
        for (var i = 0; i < Splits.Count; i++)
        {
            if (Splits[i] == split)
            {
                return i;
            }
        }

        throw new ArgumentException($"Read a split: found '{split}'; expected {string.Join(", ", Splits)}.", nameof(split));
    }
}
