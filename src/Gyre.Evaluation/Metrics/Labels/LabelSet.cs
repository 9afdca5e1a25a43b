namespace Gyre.Evaluation.Metrics.Labels;

/// <summary>The classes that labels come from, in an order that weighted measures use.</summary>
/// <remarks>Labels are compared without white space around them. Immutable; safe for several threads.</remarks>
public sealed class LabelSet
{
    /// <summary>The most classes of a set, so that a column of free text is not taken for labels.</summary>
    public const int MostClasses = 1000;

    private readonly Dictionary<string, int> _places;

    /// <summary>A set of classes.</summary>
    /// <param name="names">Two or more, all different.</param>
    /// <param name="ignoreCase">True when "Yes" and "yes" are one label.</param>
    public LabelSet(IEnumerable<string> names, bool ignoreCase = false)
    {
        ArgumentNullException.ThrowIfNull(names);
        Names = [.. names.Select(name => name.Trim())];
        if (Names.Count is < 2 or > MostClasses)
        {
            throw new ArgumentException($"Make a label set: found {Names.Count} classes; expected 2 to {MostClasses}. Name the classes in the options if the column holds free text.", nameof(names));
        }

        _places = new Dictionary<string, int>(ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        for (var i = 0; i < Names.Count; i++)
        {
            if (!_places.TryAdd(Names[i], i))
            {
                throw new ArgumentException($"Make a label set: class '{Names[i]}' stands there twice; expected different ones.", nameof(names));
            }
        }
    }

    /// <summary>The classes, in order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The place of a label, or −1 when it is none of the classes.</summary>
    public int PlaceOf(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return _places.GetValueOrDefault(label.Trim(), -1);
    }

    /// <summary>The set of all labels that are seen, in ordinal order: the first of two passes over the samples.</summary>
    /// <param name="labels">References and candidates.</param>
    /// <param name="ignoreCase">True when "Yes" and "yes" are one label, spelt as it is seen first.</param>
    public static LabelSet Seen(IEnumerable<string> labels, bool ignoreCase = false)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var seen = new HashSet<string>(ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (var label in labels)
        {
            if (seen.Add(label.Trim()) && seen.Count > MostClasses)
            {
                break;
            }
        }

        return new LabelSet(seen.Order(StringComparer.Ordinal), ignoreCase);
    }
}
