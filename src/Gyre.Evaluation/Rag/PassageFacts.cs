using System.Globalization;
using Gyre.Contracts;

namespace Gyre.Evaluation.Rag;

/// <summary>The retrieved passages of a row, in <see cref="DatasetRow.Facts"/>: <c>passage</c>, or <c>passage.1</c>, <c>passage.2</c>, … in the order of the ranking.</summary>
public static class PassageFacts
{
    private const string One = "passage";
    private const string Prefix = "passage.";

    /// <summary>The passages that are not empty, the best first.</summary>
    public static IReadOnlyList<string> Of(DatasetRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return
        [
            .. row.Facts
                .Select(fact => (Place: PlaceOf(fact.Key), fact.Value))
                .Where(fact => fact.Place is not null && !string.IsNullOrWhiteSpace(fact.Value))
                .OrderBy(fact => fact.Place)
                .Select(fact => fact.Value),
        ];
    }

    /// <summary>The row with other passages, for candidates that retrieve their own.</summary>
    public static DatasetRow With(DatasetRow row, IReadOnlyList<string> passages)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(passages);
        var facts = row.Facts.Where(fact => PlaceOf(fact.Key) is null).ToDictionary(StringComparer.Ordinal);
        for (var i = 0; i < passages.Count; i++)
        {
            facts.Add(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{i + 1}"), passages[i]);
        }

        return row with { Facts = facts };
    }

    private static int? PlaceOf(string key) => key == One ? 0
        : key.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(key.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place
        : null;
}
