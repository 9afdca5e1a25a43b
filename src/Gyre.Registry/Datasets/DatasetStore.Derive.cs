using System.Globalization;
using System.Text.Json;
using Gyre.Storage;

namespace Gyre.Registry.Datasets;

/// <content>Versions made from versions.</content>
public sealed partial class DatasetStore
{
    /// <summary>Parts a version into datasets of their own; rows of one group never come into different parts.</summary>
    /// <returns>A version for each part, in order; all of them are kept, or none.</returns>
    /// <remarks>
    /// Errors: <c>REG0004</c>, <c>REG0005</c> as <see cref="GetAsync"/>; <c>REG0013</c> the split is none; <c>REG0014</c> a part gets no row.
    /// <para>Cost: two passes and one for each part; memory as for adding.</para>
    /// </remarks>
    public async Task<IReadOnlyList<DatasetAdded>> SplitAsync(DatasetReference reference, DatasetSplit split, string by = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(split);
        var content = await OpenAsync(await GetAsync(reference, cancellationToken), cancellationToken);
        var parent = content.Version;
        Require(split, parent);
        var group = split.Group is null ? null : RowGroup.Find(parent.Schema, split.Group)
            ?? throw new RegistryException("REG0013", $"Splitting {parent.Reference} failed: it has no column '{split.Group}'; found {string.Join(", ", parent.Schema.Take(12).Select(column => column.Name))}. Name one of them, or leave the group out.");
        using var lease = await blobs.HoldAsync(cancellationToken);
        var thresholds = await Task.Run(() => Thresholds(content, split, group, lease, cancellationToken), cancellationToken);
        var into = string.Join(',', split.Parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Key}={part.Value}")));
        return await AddAllAsync(
            [.. split.Parts.Select((part, index) => (
                Derived($"{parent.Name}-{part.Key}", "split", [parent], new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["part"] = part.Key,
                    ["into"] = into,
                    ["seed"] = split.Seed.ToString(CultureInfo.InvariantCulture),
                    ["mode"] = split.IsStable ? "stable" : "exact",
                }.With("group", group ?? ""), by),
                content.Read().Where(line => SplitThresholds.PartOf(thresholds, Place(line, split.Seed, group)) == index)))],
            cancellationToken);
    }

    /// <summary>Keeps so many rows of a version, drawn by a seed, in their order.</summary>
    /// <param name="reference">The version.</param>
    /// <param name="name">The dataset that the sample becomes a version of.</param>
    /// <param name="count">How many rows; at least 1, at most all.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellationToken">Ends it; nothing is added then.</param>
    /// <remarks>Errors: as <see cref="SplitAsync"/>.</remarks>
    public async Task<DatasetAdded> SampleAsync(DatasetReference reference, string name, long count, ulong seed, string by = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var content = await OpenAsync(await GetAsync(reference, cancellationToken), cancellationToken);
        var parent = content.Version;
        if (count < 1 || count > parent.Rows)
        {
            throw new RegistryException("REG0013", $"Sampling {parent.Reference} failed: {count} rows were asked for; expected 1 to {parent.Rows}. Ask for so many.");
        }

        using var lease = await blobs.HoldAsync(cancellationToken);
        var last = await Task.Run(
            () =>
            {
                using var keys = Places(content, seed, group: null, lease, cancellationToken);
                return keys.Sorted().Skip((int)Math.Min(count - 1, int.MaxValue)).First().Key;
            },
            cancellationToken);
        return await AddAsync(
            Derived(name, "sample", [parent], new Dictionary<string, string>(StringComparer.Ordinal) { ["rows"] = $"{count}", ["seed"] = seed.ToString(CultureInfo.InvariantCulture) }, by),
            content.Read().Where(line => Place(line, seed, group: null) <= last),
            cancellationToken);
    }

    /// <summary>Keeps the rows of a version that have one of some values in a column, in their order.</summary>
    /// <remarks>Errors: <c>REG0013</c> there is no such column; <c>REG0011</c> no row has such a value.</remarks>
    public async Task<DatasetAdded> FilterAsync(DatasetReference reference, string name, string column, IReadOnlyList<string> values, string by = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(values);
        var content = await OpenAsync(await GetAsync(reference, cancellationToken), cancellationToken);
        var parent = content.Version;
        var known = RowGroup.Find(parent.Schema, column)
            ?? throw new RegistryException("REG0013", $"Filtering {parent.Reference} failed: it has no column '{column}'; found {string.Join(", ", parent.Schema.Take(12).Select(found => found.Name))}. Name one of them.");
        var wanted = values.ToHashSet(StringComparer.Ordinal);
        return await AddAsync(
            Derived(name, "filter", [parent], new Dictionary<string, string>(StringComparer.Ordinal) { ["column"] = known, ["values"] = string.Join(", ", values) }, by),
            content.Read().Where(line => HasValue(line, known, wanted)),
            cancellationToken);
    }

    /// <summary>Puts the rows of versions one after another; an id that is in two of them is refused.</summary>
    /// <remarks>Errors: <c>REG0010</c> an id is there twice, <c>REG0013</c> there are not two versions.</remarks>
    public async Task<DatasetAdded> MergeAsync(IReadOnlyList<DatasetReference> references, string name, string by = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count < 2)
        {
            throw new RegistryException("REG0013", $"Merging failed: found {references.Count} version(s); expected two or more. Name them.");
        }

        var contents = new List<DatasetContent>();
        foreach (var reference in references)
        {
            contents.Add(await OpenAsync(await GetAsync(reference, cancellationToken), cancellationToken));
        }

        return await AddAsync(
            Derived(name, "merge", [.. contents.Select(content => content.Version)], new Dictionary<string, string>(StringComparer.Ordinal), by),
            contents.SelectMany(content => content.Read()),
            cancellationToken);
    }

    private static DatasetAddition Derived(string name, string operation, IReadOnlyList<DatasetVersion> parents, Dictionary<string, string> arguments, string by) => new()
    {
        Name = name,
        Source = DatasetSource.FromVersions(operation, parents, arguments),

        // Rows keep the licence that they came under.
        Licence = string.Join(" and ", parents.Select(parent => parent.Licence).Where(licence => licence.Length > 0).Distinct(StringComparer.Ordinal)),
        By = by,
    };

    private IReadOnlyList<UInt128> Thresholds(DatasetContent content, DatasetSplit split, string? group, BlobLease lease, CancellationToken cancellationToken)
    {
        var shares = split.Parts.Select(part => part.Value).ToArray();
        using var keys = Places(content, split.Seed, group, lease, cancellationToken);
        var thresholds = split.IsStable ? SplitThresholds.Stable(shares) : SplitThresholds.Exact(shares, keys.Sorted().Select(key => key.Key), content.Version.Rows);
        var counts = new long[shares.Length];
        foreach (var key in keys.Sorted())
        {
            counts[SplitThresholds.PartOf(thresholds, key.Key)]++;
        }

        var empty = Array.IndexOf(counts, 0);
        return empty < 0 ? thresholds : throw new RegistryException("REG0014", $"Splitting {content.Version.Reference} failed: the part '{split.Parts[empty].Key}' gets no row of {content.Version.Rows}{(group is null ? "" : $", which '{group}' puts into groups that stay together")}; expected some in each. Give it a larger share, another seed, or group by a column with more values.");
    }

    private RowKeySort Places(DatasetContent content, ulong seed, string? group, BlobLease lease, CancellationToken cancellationToken)
    {
        var keys = new RowKeySort(() => blobs.OpenScratch(lease));
        try
        {
            var row = 0L;
            foreach (var line in content.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                keys.Add(new RowKey(Place(line, seed, group), 0, row++));
            }

            return keys;
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    private static UInt128 Place(ReadOnlyMemory<byte> line, ulong seed, string? group)
    {
        using var json = JsonDocument.Parse(line);
        return group is not null && RowGroup.ValueOf(json.RootElement, group) is { } value
            ? RowDigest.Of(seed, $"group:{value}")
            : RowDigest.Of(seed, $"row:{json.RootElement.GetProperty("id"u8).GetString()}");
    }

    private static bool HasValue(ReadOnlyMemory<byte> line, string column, HashSet<string> values)
    {
        using var json = JsonDocument.Parse(line);
        return RowGroup.ValueOf(json.RootElement, column) is { } value && values.Contains(value);
    }

    private static void Require(DatasetSplit split, DatasetVersion parent)
    {
        var fault = split.Parts.Count < 2 ? $"found {split.Parts.Count} part(s); expected two or more"
            : split.Parts.Any(part => part.Value is not (> 0 and < 1)) ? "a share is not between 0 and 1"
            : Math.Abs(split.Parts.Sum(part => part.Value) - 1) > 1e-6 ? string.Create(CultureInfo.InvariantCulture, $"the shares add up to {split.Parts.Sum(part => part.Value):0.######}; expected 1")
            : split.Parts.CountBy(part => part.Key, StringComparer.OrdinalIgnoreCase).Any(name => name.Value > 1) ? "two parts have one name"
            : null;
        if (fault is not null)
        {
            throw new RegistryException("REG0013", $"Splitting {parent.Reference} failed: {fault}. Write for example train=0.8,test=0.2.");
        }

        foreach (var part in split.Parts)
        {
            DatasetReference.RequireName(part.Key);
        }
    }
}
