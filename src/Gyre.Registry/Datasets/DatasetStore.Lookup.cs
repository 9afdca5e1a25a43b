using Gyre.Storage;

namespace Gyre.Registry.Datasets;

/// <content>What there is, and what is said of it.</content>
public sealed partial class DatasetStore
{
    /// <summary>Every dataset, by name.</summary>
    public Task<IReadOnlyList<DatasetSummary>> ListAsync(CancellationToken cancellationToken = default) => database.ReadAsync(
        session => (IReadOnlyList<DatasetSummary>)[.. session.Query<string>("SELECT name FROM datasets ORDER BY name COLLATE NOCASE").Select(name => Summary(session, name))],
        cancellationToken);

    /// <summary>The versions of a dataset, newest first.</summary>
    /// <remarks>Errors: <c>REG0004</c> there is no such dataset.</remarks>
    public Task<IReadOnlyList<DatasetVersion>> VersionsAsync(string name, CancellationToken cancellationToken = default) => database.ReadAsync(
        session => VersionRow.Query(session, "WHERE v.dataset_id = @Dataset ORDER BY v.number DESC", new { Dataset = DatasetOf(session, name) }),
        cancellationToken);

    /// <summary>The version that a reference means.</summary>
    /// <remarks>Errors: <c>REG0004</c> there is no such dataset, <c>REG0005</c> no such version.</remarks>
    public Task<DatasetVersion> GetAsync(DatasetReference reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return database.ReadAsync(session => Resolve(session, reference), cancellationToken);
    }

    /// <summary>A version and what it was made from, up to where the rows came in.</summary>
    /// <remarks>Errors: as <see cref="GetAsync"/>.</remarks>
    public Task<DatasetLineage> LineageAsync(DatasetReference reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return database.ReadAsync(session => Lineage(session, Resolve(session, reference), []), cancellationToken);
    }

    /// <summary>What happened to a dataset, newest first.</summary>
    /// <remarks>Errors: <c>REG0004</c> there is no such dataset.</remarks>
    public Task<IReadOnlyList<DatasetEvent>> EventsAsync(string name, CancellationToken cancellationToken = default) => database.ReadAsync(
        session => (IReadOnlyList<DatasetEvent>)[.. session
            .Query<EventRow>("SELECT at AS At, by AS By, kind AS Kind, number AS Number, previous AS Previous, label AS Label, note AS Note FROM dataset_events WHERE dataset_id = @Dataset ORDER BY id DESC", new { Dataset = DatasetOf(session, name) })
            .Select(row => new DatasetEvent(VersionRow.Time(row.At), row.By, row.Kind, row.Number, row.Previous, row.Label, row.Note))],
        cancellationToken);

    private static DatasetSummary Summary(DatabaseSession session, string name)
    {
        var dataset = DatasetOf(session, name);
        var labels = session.Query<LabelRow>("SELECT l.label AS Label, v.number AS Number FROM dataset_labels l JOIN dataset_versions v ON v.id = l.version_id WHERE l.dataset_id = @Dataset ORDER BY l.label", new { Dataset = dataset });
        return new DatasetSummary(
            name,
            (int)session.QueryFirst<long>("SELECT COUNT(*) FROM dataset_versions WHERE dataset_id = @Dataset", new { Dataset = dataset }),
            Newest(session, dataset),
            labels.ToDictionary(row => row.Label, row => row.Number, StringComparer.Ordinal));
    }

    private static DatasetLineage Lineage(DatabaseSession session, DatasetVersion version, Dictionary<long, DatasetLineage> known)
    {
        // A version is made from older ones, so there is no circle; what several were made from is looked up once.
        if (!known.TryGetValue(version.Id, out var lineage))
        {
            var parents = VersionRow.Query(session, "JOIN dataset_parents p ON p.parent_id = v.id WHERE p.version_id = @Id ORDER BY p.position", new { version.Id });
            known[version.Id] = lineage = new DatasetLineage(version, [.. parents.Select(parent => Lineage(session, parent, known))]);
        }

        return lineage;
    }

    private static long DatasetOf(DatabaseSession session, string name)
    {
        DatasetReference.RequireName(name);
        return session.QueryFirst<long?>("SELECT id FROM datasets WHERE name = @Name", new { Name = name })
            ?? throw new RegistryException("REG0004", $"Finding the dataset '{name}' failed: there is none of this name; {Known(session)}. 'gyre datasets add' makes one.");
    }

    private static string Known(DatabaseSession session)
    {
        var names = session.Query<string>("SELECT name FROM datasets ORDER BY name COLLATE NOCASE LIMIT 11");
        return names.Count == 0 ? "there are none yet" : $"found {string.Join(", ", names.Take(10))}{(names.Count > 10 ? ", …" : "")}";
    }

    private static DatasetVersion? Newest(DatabaseSession session, long dataset) =>
        VersionRow.Query(session, "WHERE v.dataset_id = @Dataset ORDER BY r.reason IS NOT NULL, v.number DESC LIMIT 1", new { Dataset = dataset }) is [var newest] ? newest : null;

    private static DatasetVersion Resolve(DatabaseSession session, DatasetReference reference)
    {
        var dataset = DatasetOf(session, reference.Name);
        if (reference.Version == DatasetReference.Latest)
        {
            return Newest(session, dataset) ?? throw NoVersion(session, reference, dataset);
        }

        var found = DatasetReference.IsNumber(reference.Version, out var number)
            ? VersionRow.Query(session, "WHERE v.dataset_id = @Dataset AND v.number = @Number", new { Dataset = dataset, Number = number })
            : reference.Version.StartsWith(DatasetReference.DigestPrefix, StringComparison.Ordinal)
                ? VersionRow.Query(session, "WHERE v.dataset_id = @Dataset AND v.digest LIKE @Digest LIMIT 2", new { Dataset = dataset, Digest = reference.Version[DatasetReference.DigestPrefix.Length..] + "%" })
                : VersionRow.Query(session, "JOIN dataset_labels m ON m.version_id = v.id WHERE m.dataset_id = @Dataset AND m.label = @Label", new { Dataset = dataset, Label = reference.Version });
        return found is [var version] ? version : throw NoVersion(session, reference, dataset);
    }

    private static RegistryException NoVersion(DatabaseSession session, DatasetReference reference, long dataset)
    {
        var numbers = session.Query<long>("SELECT number FROM dataset_versions WHERE dataset_id = @Dataset ORDER BY number DESC LIMIT 6", new { Dataset = dataset });
        var labels = session.Query<string>("SELECT label FROM dataset_labels WHERE dataset_id = @Dataset ORDER BY label LIMIT 6", new { Dataset = dataset });
        return new RegistryException("REG0005", $"Finding '{reference}' failed: there is no such version, or several; found {(numbers.Count == 0 ? "none" : string.Join(", ", numbers))}{(labels.Count == 0 ? "" : $" and the labels {string.Join(", ", labels)}")}. 'gyre datasets log {reference.Name}' tells what became of it.");
    }

    private sealed class LabelRow
    {
        public string Label { get; set; } = "";

        public long Number { get; set; }
    }

    private sealed class EventRow
    {
        public string At { get; set; } = "";

        public string By { get; set; } = "";

        public string Kind { get; set; } = "";

        public long? Number { get; set; }

        public long? Previous { get; set; }

        public string Label { get; set; } = "";

        public string Note { get; set; } = "";
    }
}
