using Gyre.Storage;

namespace Gyre.Registry.Datasets;

/// <content>What may be said of a version later, and its end.</content>
public sealed partial class DatasetStore
{
    /// <summary>Points a label to a version, and away from where it pointed; the log keeps both.</summary>
    /// <remarks>Errors: <c>REG0003</c> it cannot be a label, <c>REG0004</c>, <c>REG0005</c> as <see cref="GetAsync"/>.</remarks>
    public Task<DatasetVersion> LabelAsync(DatasetReference reference, string label, string by = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(label);
        DatasetReference.RequireLabel(label);
        return database.WriteAsync(
            session =>
            {
                var version = Resolve(session, reference);
                var dataset = DatasetOf(session, reference.Name);
                var previous = PointedTo(session, dataset, label);
                if (previous != version.Number)
                {
                    session.Execute("INSERT INTO dataset_labels (dataset_id, label, version_id) VALUES (@Dataset, @Label, @Id) ON CONFLICT (dataset_id, label) DO UPDATE SET version_id = excluded.version_id", new { Dataset = dataset, Label = label, version.Id });
                    RecordEvent(session, dataset, VersionRow.Time(clock.GetUtcNow()), by, "labelled", version.Number, previous, label);
                }

                return VersionRow.Query(session, "WHERE v.id = @Id", new { version.Id })[0];
            },
            cancellationToken);
    }

    /// <summary>Removes a label.</summary>
    /// <remarks>Errors: <c>REG0004</c> no such dataset, <c>REG0005</c> it has no such label.</remarks>
    public Task<DatasetVersion> UnlabelAsync(string name, string label, string by = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(label);
        DatasetReference.RequireLabel(label);
        return database.WriteAsync(
            session =>
            {
                var version = Resolve(session, new DatasetReference(name, label));
                var dataset = DatasetOf(session, name);
                session.Execute("DELETE FROM dataset_labels WHERE dataset_id = @Dataset AND label = @Label", new { Dataset = dataset, Label = label });
                RecordEvent(session, dataset, VersionRow.Time(clock.GetUtcNow()), by, "unlabelled", version.Number, version.Number, label);
                return VersionRow.Query(session, "WHERE v.id = @Id", new { version.Id })[0];
            },
            cancellationToken);
    }

    /// <summary>Says that a version should not be used any more. It stays, and who names it gets it; <c>latest</c> passes it by.</summary>
    /// <remarks>Errors: <c>REG0004</c>, <c>REG0005</c> as <see cref="GetAsync"/>, <c>REG0012</c> the reason is empty or too long.</remarks>
    public Task<DatasetVersion> DeprecateAsync(DatasetReference reference, string reason, string by = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(reason);
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MostNoteCharacters)
        {
            throw new RegistryException("REG0012", $"Deprecating '{reference}' failed: the reason has {reason.Length} characters; expected 1 to {MostNoteCharacters}. Say why it should not be used.");
        }

        return database.WriteAsync(
            session =>
            {
                var version = Resolve(session, reference);
                var now = VersionRow.Time(clock.GetUtcNow());
                session.Execute("INSERT INTO dataset_deprecations (version_id, reason, at) VALUES (@Id, @Reason, @Now) ON CONFLICT (version_id) DO UPDATE SET reason = excluded.reason, at = excluded.at", new { version.Id, Reason = reason, Now = now });
                RecordEvent(session, DatasetOf(session, reference.Name), now, by, "deprecated", version.Number, note: reason);
                return version with { Deprecation = reason };
            },
            cancellationToken);
    }

    /// <summary>Notes that something relies on a version, so that it is not deleted.</summary>
    /// <param name="reference">The version.</param>
    /// <param name="kind">What relies on it: <c>experiment</c>, <c>adapter</c>.</param>
    /// <param name="name">Which one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <remarks>Errors: <c>REG0004</c>, <c>REG0005</c> as <see cref="GetAsync"/>. Noting it again changes nothing.</remarks>
    public Task<DatasetVersion> RecordUseAsync(DatasetReference reference, string kind, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return database.WriteAsync(
            session =>
            {
                var version = Resolve(session, reference);
                session.Execute("INSERT INTO dataset_uses (version_id, kind, name, at) VALUES (@Id, @Kind, @Name, @Now) ON CONFLICT DO NOTHING", new { version.Id, Kind = kind, Name = name, Now = VersionRow.Time(clock.GetUtcNow()) });
                return version;
            },
            cancellationToken);
    }

    /// <summary>Deletes a version that nothing relies on. Its number is not given again, and the log keeps that it was there.</summary>
    /// <remarks>
    /// Errors: <c>REG0004</c>, <c>REG0005</c> as <see cref="GetAsync"/>; <c>REG0006</c> a label points to it, versions were made from it or something
    /// relies on it. The space is free after <see cref="SweepAsync"/>.
    /// </remarks>
    public Task<DatasetVersion> DeleteAsync(DatasetReference reference, string by = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return database.WriteAsync(
            session =>
            {
                var version = Resolve(session, reference);
                RequireUnused(session, version);
                session.Execute("DELETE FROM dataset_versions WHERE id = @Id", new { version.Id });
                session.Execute("DELETE FROM dataset_parts WHERE blob = @Blob AND NOT EXISTS (SELECT 1 FROM dataset_versions WHERE blob = @Blob)", new { version.Blob });
                RecordEvent(session, DatasetOf(session, reference.Name), VersionRow.Time(clock.GetUtcNow()), by, "deleted", version.Number, note: $"sha256:{version.Digest}");
                return version;
            },
            cancellationToken);
    }

    /// <summary>Removes the files of deleted versions, and what killed commands left.</summary>
    /// <remarks>Errors: <see cref="StorageException"/> <c>STO0023</c> something is being added: nothing is removed then.</remarks>
    public Task<BlobSweep> SweepAsync(CancellationToken cancellationToken = default) => blobs.SweepAsync(
        async cancellation => await database.ReadAsync(RegistryTables.UsedBlobs, cancellation),
        cancellationToken);

    private static void RequireUnused(DatabaseSession session, DatasetVersion version)
    {
        var users = version.Labels.Select(label => $"the label '{label}'")
            .Concat(session.Query<string>("SELECT d.name || '@' || v.number FROM dataset_parents p JOIN dataset_versions v ON v.id = p.version_id JOIN datasets d ON d.id = v.dataset_id WHERE p.parent_id = @Id ORDER BY 1", new { version.Id }).Select(child => $"{child}, which was made from it"))
            .Concat(session.Query<string>("SELECT kind || ' ' || name FROM dataset_uses WHERE version_id = @Id ORDER BY 1", new { version.Id }))
            .ToArray();
        if (users.Length > 0)
        {
            throw new RegistryException("REG0006", $"Deleting '{version.Reference}' failed: {users.Length} thing(s) rely on it: {string.Join("; ", users.Take(5))}{(users.Length > 5 ? "; …" : "")}. Remove those first, or deprecate the version instead.");
        }
    }

    private static long? PointedTo(DatabaseSession session, long dataset, string label) =>
        session.QueryFirst<long?>("SELECT v.number FROM dataset_labels l JOIN dataset_versions v ON v.id = l.version_id WHERE l.dataset_id = @Dataset AND l.label = @Label", new { Dataset = dataset, Label = label });
}
