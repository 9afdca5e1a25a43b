using Gyre.Contracts;

namespace Gyre.Evaluation;

/// <summary>What the other candidates answered to a row, in <see cref="DatasetRow.Facts"/>: <c>output.NAME</c>, for scorers that compare candidates.</summary>
public static class OutputFacts
{
    private const string Prefix = "output.";

    /// <summary>The answer of a candidate; null when its call failed or the experiment shares no answers.</summary>
    public static string? Of(DatasetRow row, string candidate)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Facts.TryGetValue(Prefix + candidate, out var output) ? output : null;
    }

    internal static DatasetRow With(DatasetRow row, IEnumerable<(string Candidate, string Output)> outputs)
    {
        var facts = new Dictionary<string, string>(row.Facts, StringComparer.Ordinal);
        foreach (var (candidate, output) in outputs)
        {
            facts[Prefix + candidate] = output;
        }

        return row with { Facts = facts };
    }
}
