using System.Globalization;
using Gyre.Training.Curation.Deduplication;
using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Pipeline;

/// <summary>Finds the records that are like others, in the order in which they should be kept.</summary>
internal sealed class DuplicateStage(DeduplicationOptions options, int threads, StageReport report)
{
    private const int BatchRecords = 1024;
    private readonly ParallelOptions _threads = new() { MaxDegreeOfParallelism = threads == 0 ? -1 : threads };

    /// <summary>Which records are dropped.</summary>
    public bool[] Run(RecordSpool spool, string workFolder, Action<long> progress, CancellationToken cancellationToken)
    {
        var dropped = new bool[spool.Count];
        var order = Order(spool, cancellationToken);
        var seen = new Dictionary<UInt128, int>();
        var kept = new List<int>();
        using var index = options.IsNear ? new NearDuplicateIndex(options, workFolder) : null;
        var batch = new (int Row, CurationRecord Record, UInt128 Hash, TextSignature? Signature)[BatchRecords];
        for (var start = 0; start < spool.Count; start += BatchRecords)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(BatchRecords, spool.Count - start);
            var first = start;
            Parallel.For(0, count, _threads, i =>
            {
                var row = order is null ? first + i : order[first + i];
                var record = spool.Read(row);
                var text = Compared(record);
                batch[i] = (row, record, options.IsExact ? NormalizedHash.Of(text) : default, index?.Describe(text));
            });
            for (var i = 0; i < count; i++)
            {
                var (row, record, hash, signature) = batch[i];
                report.In++;
                if (options.IsExact && !seen.TryAdd(hash, row))
                {
                    Drop("exact", row, record, seen[hash], "the same text without case and white space");
                }
                else if (signature is not null && index!.Offer(signature) is { } near) // Signatures are made by the index.
                {
                    Drop("near", row, record, kept[near.Kept], $"{near.Similarity:P0} of runs of {options.ShingleWords} words shared");
                }
                else
                {
                    kept.Add(row);
                    report.Kept++;
                }
            }

            progress(report.In);
        }

        if (index is not null)
        {
            report.Facts["bands"] = $"{index.Plan.Bands} of {index.Plan.Rows} hashes";
            report.Facts["verified"] = index.Verified.ToString(CultureInfo.InvariantCulture);
            if (index.Overfull > 0)
            {
                report.Facts["overfull"] = $"{index.Overfull} records had more than {NearDuplicateIndex.MostCandidates} candidates, of which so many were verified";
            }
        }

        return dropped;

        void Drop(string rule, int row, CurationRecord record, int other, string reason)
        {
            dropped[row] = true;
            report.Drop(rule, record.Origin.ToString(), $"{reason} with {spool.Read(other).Origin}", record.Text);
        }
    }

    private string Compared(CurationRecord record) =>
        options.Roles.Count == 0 ? record.Text : string.Join('\n', record.Parts.Where(part => options.Roles.Contains(part.Role, StringComparer.Ordinal)).Select(part => part.Text));

    /// <summary>The rows in the order in which they should be kept; null for the order they are in.</summary>
    private int[]? Order(RecordSpool spool, CancellationToken cancellationToken)
    {
        if (options.Keep == KeepRule.First)
        {
            return null;
        }

        var keys = new (double Key, int Row)[spool.Count];
        for (var row = 0; row < keys.Length; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var record = spool.Read(row);
            keys[row] = (options.Keep == KeepRule.Longest ? -(double)Compared(record).Length : -Number(record), row);
        }

        Array.Sort(keys);
        return [.. keys.Select(key => key.Row)];
    }

    private double Number(CurationRecord record) =>
        double.TryParse(record.FieldOf(options.BestField), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : double.MinValue;
}
