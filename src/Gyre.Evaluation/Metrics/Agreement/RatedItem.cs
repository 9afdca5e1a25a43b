namespace Gyre.Evaluation.Metrics.Agreement;

/// <summary>What raters said of one item; a rater who said nothing is left out or null.</summary>
/// <param name="Ratings">One place for each rater, in the same order for every item where that matters.</param>
public readonly record struct RatedItem(IReadOnlyList<double?> Ratings)
{
    /// <summary>Items from labels: each label becomes the number of its place in the set, so that order can count.</summary>
    public static IReadOnlyList<RatedItem> FromLabels(IEnumerable<IReadOnlyList<string?>> items, Labels.LabelSet labels)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(labels);
        return
        [
            .. items.Select(item => new RatedItem([.. item.Select(label => label is null ? (double?)null : labels.PlaceOf(label) is >= 0 and var place
                ? place
                : throw new ArgumentException($"Read ratings: found '{label}'; expected one of the {labels.Names.Count} classes.", nameof(items)))])),
        ];
    }
}
