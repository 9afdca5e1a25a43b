using Gyre.Contracts;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Wire;
using Gyre.Storage;

namespace Gyre.Server.Files;

/// <summary>The files that callers sent and that jobs wrote: each in a folder of its own by its id, told of by the database.</summary>
/// <remarks>Owns: the data folder's <c>files</c>. Content is never executed nor unpacked. Safe for several threads.</remarks>
internal sealed class FileStore
{
    private const string Columns = "id AS Id, purpose AS Purpose, name AS Name, bytes AS Bytes, created_at AS CreatedAt";

    /// <summary>The jobs that still need their files.</summary>
    private const string InUse = "SELECT id FROM tuning_jobs WHERE status IN ('validating_files', 'queued', 'running', 'paused') AND (training_file = @Id OR validation_file = @Id) LIMIT 1";

    private readonly Database _database;
    private readonly GyreHostOptions _options;
    private readonly TimeProvider _clock;
    private readonly IIdSource _ids;
    private readonly string _folder;
    private readonly string _incoming;

    public FileStore(DataFolder folder, Database database, GyreHostOptions options, TimeProvider clock, IIdSource ids)
    {
        _database = database;
        _options = options;
        _clock = clock;
        _ids = ids;
        _folder = Path.Combine(folder.Path, "files");
        _incoming = Path.Combine(_folder, ".incoming");
        if (Directory.Exists(_incoming))
        {
            // What a killed server left; this one alone has the data folder.
            Directory.Delete(_incoming, recursive: true);
        }
    }

    /// <summary>A path for what is being received; the caller deletes what it leaves there.</summary>
    public string NewIncoming()
    {
        Directory.CreateDirectory(_incoming);
        return Path.Combine(_incoming, _ids.NewId("in"));
    }

    /// <summary>Where a file's content is.</summary>
    public string PathOf(FileCard file) => Path.Combine(_folder, file.Id, FileName.Stored(file.Filename));

    /// <summary>Keeps what lies at a path, which it moves.</summary>
    public async Task<FileCard> AddAsync(string incoming, string name, string purpose, CancellationToken cancellationToken)
    {
        var file = new FileCard
        {
            Id = _ids.NewId("file").Replace('_', '-'),
            Bytes = new FileInfo(incoming).Length,
            CreatedAt = _clock.GetUtcNow().ToUnixTimeSeconds(),
            Filename = name,
            Purpose = purpose,
        };
        var path = PathOf(file);
        Directory.CreateDirectory(Path.Combine(_folder, file.Id));
        File.Move(incoming, path);
        try
        {
            await _database.WriteAsync(
                session =>
                {
                    var total = session.QueryFirst<FileRow>("SELECT COALESCE(SUM(bytes), 0) AS Bytes FROM files")?.Bytes ?? 0;
                    return total + file.Bytes <= _options.MaxStoredFileBytes
                        ? session.Execute("INSERT INTO files (id, purpose, name, bytes, created_at) VALUES (@Id, @Purpose, @Filename, @Bytes, @CreatedAt)", file)
                        : throw Full(total, file.Bytes);
                },
                cancellationToken);
        }
        catch
        {
            Directory.Delete(Path.Combine(_folder, file.Id), recursive: true);
            throw;
        }

        return file;
    }

    /// <summary>A file by its id, or null.</summary>
    public Task<FileCard?> FindAsync(string id, CancellationToken cancellationToken) =>
        _database.ReadAsync(session => session.QueryFirst<FileRow>($"SELECT {Columns} FROM files WHERE id = @Id", new { Id = id })?.ToCard(), cancellationToken);

    /// <summary>A file by its id; refuses one that is not there.</summary>
    public async Task<FileCard> GetAsync(string id, string parameter, CancellationToken cancellationToken) => await FindAsync(id, cancellationToken) ?? throw NotFound(id, parameter);

    /// <summary>A page of the files, and whether there are more.</summary>
    public Task<(IReadOnlyList<FileCard> Page, bool HasMore)> ListAsync(string? purpose, PageQuery page, CancellationToken cancellationToken) => _database.ReadAsync(
        session =>
        {
            var from = 0L;
            if (page.After is { } after)
            {
                from = session.QueryFirst<FileRow>("SELECT number AS Bytes FROM files WHERE id = @Id", new { Id = after })?.Bytes ?? throw PageQuery.UnknownAfter();
            }

            var rows = session.Query<FileRow>(
                $"SELECT {Columns} FROM files WHERE (@Purpose IS NULL OR purpose = @Purpose) AND (@From = 0 OR number {(page.IsAscending ? '>' : '<')} @From) ORDER BY number {(page.IsAscending ? "ASC" : "DESC")} LIMIT @Most",
                new { Purpose = purpose, From = from, Most = page.Limit + 1 });
            return ((IReadOnlyList<FileCard>)[.. rows.Take(page.Limit).Select(row => row.ToCard())], rows.Count > page.Limit);
        },
        cancellationToken);

    /// <summary>Removes a file; refuses one that is not there or that a job still needs.</summary>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await _database.WriteAsync(
            session =>
            {
                if (session.QueryFirst<FileRow>(InUse, new { Id = id })?.Id is { } job)
                {
                    throw new ApiException(StatusCodes.Status409Conflict, ErrorTypes.InvalidRequest, "SRV0193", $"The file '{id}' is used by the fine-tuning job '{job}', which has not ended; expected one that no job uses. Wait for its end, or cancel it.", "id");
                }

                return session.Execute("DELETE FROM files WHERE id = @Id", new { Id = id }) > 0 ? true : throw NotFound(id, "id");
            },
            cancellationToken);
        var folder = Path.Combine(_folder, id); // There was a row, so the id is one of this store's own.
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The refusal of a file that takes more than one may.</summary>
    public ApiException TooLarge() => new(
        StatusCodes.Status413PayloadTooLarge, ErrorTypes.InvalidRequest, "SRV0192", $"Keeping a file failed: it has more than {_options.MaxFileBytes:N0} bytes; expected at most so many. Divide it.", "file");

    private ApiException Full(long total, long bytes) => new(
        StatusCodes.Status413PayloadTooLarge,
        ErrorTypes.InvalidRequest,
        "SRV0192",
        $"Keeping a file failed: it has {bytes:N0} bytes and the files that are kept have {total:N0}; expected at most {_options.MaxStoredFileBytes:N0} together. Delete some.",
        "file");

    private static ApiException NotFound(string id, string parameter) => new(
        StatusCodes.Status404NotFound, ErrorTypes.InvalidRequest, "SRV0190", $"There is no file '{(id.Length <= 80 ? id : id[..80] + "…")}'; it was never kept or was removed. GET /v1/files lists them.", parameter);
}
