using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gyre.Evaluation.Experiments;

namespace Gyre.Evaluation.Reports.Examples;

/// <summary>What an index has columns for, and where they lie.</summary>
internal sealed class RowIndexShape
{
    public RowIndexShape(ExperimentResult result)
    {
        Rows = result.Rows;
        Candidates = [.. result.Candidates.Select(candidate => candidate.Name)];
        Scorers = [.. result.Metrics.Select(metric => metric.Scorer).Distinct(StringComparer.Ordinal)];
        Keys = [.. result.Cells.Select(cell => cell.Segment).Where(segment => segment.Contains('=', StringComparison.Ordinal)).Select(segment => segment[..segment.IndexOf('=', StringComparison.Ordinal)])
            .Prepend("task").Distinct(StringComparer.Ordinal).Take(RowIndex.MostKeys)];
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new object[] { Rows, Candidates, Scorers, Keys }))));
    }

    public long Rows { get; }

    public IReadOnlyList<string> Candidates { get; }

    public IReadOnlyList<string> Scorers { get; }

    /// <summary>What rows are parted by; <c>task</c> is the first.</summary>
    public IReadOnlyList<string> Keys { get; }

    public string Digest { get; }

    public long CallsPlace => Rows * sizeof(long);

    public long FooterPlace => ValuesPlace(Candidates.Count, 0);

    public long PartsPlace(int key) => CallsPlace + (Rows * Candidates.Count) + (key * Rows * sizeof(int));

    public long ValuesPlace(int candidate, int scorer) => PartsPlace(Keys.Count) + (((candidate * (long)Scorers.Count) + scorer) * Rows * sizeof(double));
}
