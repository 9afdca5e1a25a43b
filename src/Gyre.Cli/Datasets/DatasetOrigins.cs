using System.Text.Json;
using Gyre.Registry.Datasets;

namespace Gyre.Cli.Datasets;

/// <summary>Where a version's rows are from and under what licence, by count, and what of that is different in another.</summary>
/// <remarks>The registry counts the values of a column as long as there are few different ones; of columns with more there is nothing to tell here.</remarks>
internal static class DatasetOrigins
{
    private static readonly string[] Columns = ["source", "licence", "split"];

    /// <summary>The counts of each such column that the version has.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Of(DatasetVersion version) => Columns
        .Select(name => (name, Column: version.Schema.FirstOrDefault(column => column.Name == name)))
        .Where(pair => pair.Column is { Values.Count: > 0 })
        .ToDictionary(pair => pair.name, pair => (IReadOnlyDictionary<string, long>)pair.Column!.Values.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal); // The line above says that there is one.

    /// <summary>Values whose numbers of rows are not the same in both.</summary>
    public static IReadOnlyList<(string Column, string Value, long Before, long After)> Changes(DatasetVersion from, DatasetVersion to)
    {
        var (before, after) = (Of(from), Of(to));
        return
        [
            .. Columns.SelectMany(column => Counts(before, column).Keys.Union(Counts(after, column).Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(value => (column, value, Counts(before, column).GetValueOrDefault(value), Counts(after, column).GetValueOrDefault(value))))
                .Where(change => change.Item3 != change.Item4),
        ];

        static IReadOnlyDictionary<string, long> Counts(IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> all, string column) => all.GetValueOrDefault(column) ?? new Dictionary<string, long>();
    }

    /// <summary>The members of a row that both versions have, with different values; of objects their members. Empty for rows that only one has.</summary>
    public static IReadOnlyList<string> ChangedFields(RowDifference row)
    {
        if (row.Before is null || row.After is null)
        {
            return [];
        }

        var (before, after) = (Members(row.Before), Members(row.After));
        return [.. before.Keys.Union(after.Keys, StringComparer.Ordinal).Where(name => before.GetValueOrDefault(name) != after.GetValueOrDefault(name)).Order(StringComparer.Ordinal)];
    }

    private static Dictionary<string, string> Members(string line)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in JsonElement.Parse(line).EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var inner in member.Value.EnumerateObject())
                {
                    members[$"{member.Name}.{inner.Name}"] = inner.Value.GetRawText();
                }
            }
            else
            {
                members[member.Name] = member.Value.GetRawText();
            }
        }

        return members;
    }
}
