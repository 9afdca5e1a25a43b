using Gyre.Contracts;

namespace Gyre.Evaluation.Scorers;

/// <summary>The wanted answers of a row: its reference, then the further ones by the order of their names.</summary>
internal static class RowReferences
{
    public static List<string> Of(DatasetRow row)
    {
        var references = new List<string>();
        if (row.Reference.Length > 0)
        {
            references.Add(row.Reference);
        }

        references.AddRange(row.Facts.Where(fact => fact.Key.StartsWith(FactKeys.ReferencePrefix, StringComparison.Ordinal)).OrderBy(fact => fact.Key, StringComparer.Ordinal).Select(fact => fact.Value));
        return references;
    }
}
