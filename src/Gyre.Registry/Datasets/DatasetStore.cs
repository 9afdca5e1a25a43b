using System.Buffers;
using System.Text.Json;
using Gyre.Contracts;
using Gyre.Storage;

namespace Gyre.Registry.Datasets;

/// <summary>The datasets that a team keeps: named, in immutable versions, with where each is from.</summary>
/// <remarks>
/// Rows are JSON objects with an <c>id</c> that differs from row to row. A version is whole or not there: its rows are
/// written first and its name in one transaction afterwards, so a killed process or a full disk leaves nothing half-made.
/// Safe for several threads and several processes.
/// <para>Owns: nothing; the database and the folder of blobs belong to whoever opened them.</para>
/// <para>Errors: <see cref="RegistryException"/> as named at each member; <see cref="StorageException"/> when the disk or the database fails.</para>
/// </remarks>
/// <param name="database">Opened with <see cref="RegistryTables.Migrations"/>.</param>
/// <param name="blobs">Where the rows are.</param>
/// <param name="clock">Dates what happens.</param>
public sealed partial class DatasetStore(Database database, BlobStore blobs, TimeProvider clock)
{
    private const int MostNoteCharacters = 10_000;
    private const int MostTags = 32;
    private const int MostWordCharacters = 64;
    private const int MostLicenceCharacters = 200;

    /// <summary>Keeps rows as a version. Rows that the dataset has already, in the same order, are the version that they were.</summary>
    /// <param name="addition">What is said of them.</param>
    /// <param name="rows">JSON objects in UTF-8, one a row; read once, row by row.</param>
    /// <param name="cancellationToken">Ends the reading; nothing is added then.</param>
    /// <remarks>
    /// Errors: <c>REG0001</c> name, <c>REG0010</c> faults of rows, all of them, <c>REG0011</c> no rows, <c>REG0012</c> what is said is too long,
    /// <c>REG0005</c> a version it was made from is gone.
    /// <para>Cost: memory for some 20 MiB, whatever the number of rows.</para>
    /// </remarks>
    public async Task<DatasetAdded> AddAsync(DatasetAddition addition, IEnumerable<ReadOnlyMemory<byte>> rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(addition);
        ArgumentNullException.ThrowIfNull(rows);
        return (await AddAllAsync([(addition, rows)], cancellationToken))[0];
    }

    /// <summary>As <see cref="AddAsync(DatasetAddition, IEnumerable{ReadOnlyMemory{byte}}, CancellationToken)"/>, with rows in their usual form.</summary>
    public Task<DatasetAdded> AddAsync(DatasetAddition addition, IEnumerable<DatasetRow> rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return AddAsync(addition, rows.Select(Line), cancellationToken);
    }

    /// <summary>The rows of a version.</summary>
    /// <remarks>Errors: <c>REG0015</c> they are damaged.</remarks>
    public async Task<DatasetContent> OpenAsync(DatasetVersion version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        var parts = await database.ReadAsync(
            session => session.Query<DatasetPart>(
                "SELECT number AS Number, first_row AS FirstRow, row_count AS Rows, offset AS Offset, length_bytes AS LengthBytes, unpacked_bytes AS UnpackedBytes, digest AS Digest FROM dataset_parts WHERE blob = @Blob ORDER BY number",
                new { version.Blob }),
            cancellationToken);
        return new DatasetContent(blobs, version, parts);
    }

    /// <summary>Several versions at once: all of them are there afterwards, or none.</summary>
    private async Task<IReadOnlyList<DatasetAdded>> AddAllAsync(IReadOnlyList<(DatasetAddition Addition, IEnumerable<ReadOnlyMemory<byte>> Rows)> additions, CancellationToken cancellationToken)
    {
        foreach (var (addition, _) in additions)
        {
            Require(addition);
        }

        using var lease = await blobs.HoldAsync(cancellationToken);
        var written = new List<(DatasetAddition, WrittenDataset)>();
        foreach (var (addition, rows) in additions)
        {
            await using var blob = await blobs.CreateAsync(cancellationToken);
            written.Add((addition, await Task.Run(() => Write(addition.Name, blob, lease, rows, cancellationToken), cancellationToken)));
        }

        var now = VersionRow.Time(clock.GetUtcNow());
        return await database.WriteAsync(session => (IReadOnlyList<DatasetAdded>)[.. written.Select(pair => Record(session, pair.Item1, pair.Item2, now))], cancellationToken);
    }

    private WrittenDataset Write(string name, BlobWriter blob, BlobLease lease, IEnumerable<ReadOnlyMemory<byte>> rows, CancellationToken cancellationToken)
    {
        var faults = new RowFaults(name);
        using var writer = new DatasetWriter(blob, () => blobs.OpenScratch(lease), faults);
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!writer.TryAdd(row))
            {
                break;
            }
        }

        return writer.Complete(name);
    }

    private static DatasetAdded Record(DatabaseSession session, DatasetAddition addition, WrittenDataset written, string now)
    {
        session.Execute("INSERT INTO datasets (name, last_number, created_at) VALUES (@Name, 0, @Now) ON CONFLICT (name) DO NOTHING", new { addition.Name, Now = now });
        var dataset = session.QueryFirst<long>("SELECT id FROM datasets WHERE name = @Name", new { addition.Name });
        if (VersionRow.Query(session, "WHERE v.dataset_id = @Dataset AND v.digest = @Digest", new { Dataset = dataset, written.Digest }) is [var same])
        {
            return new DatasetAdded(same, IsNew: false);
        }

        var parents = addition.Source.Parents.Select(parent => Resolve(session, DatasetReference.Parse(parent)).Id).ToArray();
        var number = session.QueryFirst<long>("UPDATE datasets SET last_number = last_number + 1 WHERE id = @Dataset RETURNING last_number", new { Dataset = dataset });
        var id = session.QueryFirst<long>(
            """
            INSERT INTO dataset_versions (dataset_id, number, digest, blob, row_count, length_bytes, schema, source, licence, note, tags, created_at, created_by)
            VALUES (@Dataset, @Number, @Digest, @Blob, @Rows, @LengthBytes, @Schema, @Source, @Licence, @Note, @Tags, @Now, @By)
            RETURNING id
            """,
            new
            {
                Dataset = dataset,
                Number = number,
                written.Digest,
                Blob = written.Blob.Digest,
                written.Rows,
                written.LengthBytes,
                Schema = JsonSerializer.Serialize(written.Schema, RegistryJson.Default.IReadOnlyListDatasetColumn),
                Source = JsonSerializer.Serialize(addition.Source, RegistryJson.Default.DatasetSource),
                addition.Licence,
                addition.Note,
                Tags = JsonSerializer.Serialize(addition.Tags, RegistryJson.Default.IReadOnlyListString),
                Now = now,
                addition.By,
            });
        session.Execute("INSERT INTO dataset_parents (version_id, position, parent_id) VALUES (@Id, @Position, @Parent)", parents.Select((parent, position) => new { Id = id, Position = position, Parent = parent }));
        session.Execute(
            """
            INSERT INTO dataset_parts (blob, number, first_row, row_count, offset, length_bytes, unpacked_bytes, digest)
            VALUES (@Blob, @Number, @FirstRow, @Rows, @Offset, @LengthBytes, @UnpackedBytes, @Digest) ON CONFLICT (blob, number) DO NOTHING
            """,
            written.Parts.Select(part => new { Blob = written.Blob.Digest, part.Number, part.FirstRow, part.Rows, part.Offset, part.LengthBytes, part.UnpackedBytes, part.Digest }));
        RecordEvent(session, dataset, now, addition.By, "added", number, note: addition.Note);
        return new DatasetAdded(VersionRow.Query(session, "WHERE v.id = @Id", new { Id = id })[0], IsNew: true);
    }

    private static void RecordEvent(DatabaseSession session, long dataset, string at, string by, string kind, long number, long? previous = null, string label = "", string note = "") => session.Execute(
        "INSERT INTO dataset_events (dataset_id, at, by, kind, number, previous, label, note) VALUES (@Dataset, @At, @By, @Kind, @Number, @Previous, @Label, @Note)",
        new { Dataset = dataset, At = at, By = by, Kind = kind, Number = number, Previous = previous, Label = label, Note = note });

    private static void Require(DatasetAddition addition)
    {
        DatasetReference.RequireName(addition.Name);
        var faults = new List<string>();
        Check(addition.Note.Length <= MostNoteCharacters, $"the note has {addition.Note.Length} characters; expected at most {MostNoteCharacters}");
        Check(addition.Licence.Length <= MostLicenceCharacters, $"the licence has {addition.Licence.Length} characters; expected its name or address, at most {MostLicenceCharacters}");
        Check(addition.By.Length <= MostLicenceCharacters, $"the maker has {addition.By.Length} characters; expected at most {MostLicenceCharacters}");
        Check(addition.Tags.Count <= MostTags, $"there are {addition.Tags.Count} tags; expected at most {MostTags}");
        Check(addition.Tags.All(tag => tag.Length is >= 1 and <= MostWordCharacters && !tag.Any(char.IsControl)), $"a tag is empty, longer than {MostWordCharacters} characters or holds control characters");
        if (faults.Count > 0)
        {
            throw new RegistryException("REG0012", $"Adding to the dataset '{addition.Name}' failed: {string.Join("; ", faults)}. Nothing was added. Say it shorter.");
        }

        void Check(bool isRight, string fault)
        {
            if (!isRight)
            {
                faults.Add(fault);
            }
        }
    }

    private static ReadOnlyMemory<byte> Line(DatasetRow row)
    {
        var line = new ArrayBufferWriter<byte>();
        DatasetRowJson.Write(row, line);
        return line.WrittenMemory;
    }
}
