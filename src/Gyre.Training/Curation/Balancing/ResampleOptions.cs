namespace Gyre.Training.Curation.Balancing;

/// <summary>How many records of each group a dataset has. Immutable.</summary>
public sealed record ResampleOptions
{
    /// <summary>The field whose values are the groups: <c>source</c>, <c>licence</c>, or a field's name; default <c>source</c>.</summary>
    public string By { get; init; } = "source";

    /// <summary>How many passes over a group, by its name; groups that are not named have one. Excludes weights, temperature and records.</summary>
    /// <remarks>Units: passes; 0 leaves the group out, 0.5 takes half, 2 takes all twice.</remarks>
    public IReadOnlyDictionary<string, double> Epochs { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>The weight of each group, by its name; groups that are not named have <see cref="OtherWeight"/>.</summary>
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>The weight of groups that are not named; default 1.</summary>
    public double OtherWeight { get; init; } = 1;

    /// <summary>Weights by size, n^(1/temperature), where a number is given: 1 as they are, larger ones nearer to equal; 0 (default) for the weights above.</summary>
    public double Temperature { get; init; }

    /// <summary>How many records altogether; 0 (default) to derive it: see <see cref="Repeats"/>.</summary>
    public long Records { get; init; }

    /// <summary>Without <see cref="Records"/>: true to keep every record and repeat those of groups that are too small, false (default) to repeat none and take as many as the weights allow.</summary>
    public bool Repeats { get; init; }
}
