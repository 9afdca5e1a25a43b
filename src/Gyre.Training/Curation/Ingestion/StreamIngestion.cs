using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gyre.Training.Curation.Import;
using Gyre.Training.Curation.Pipeline;
using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Ingestion;

/// <summary>Appends records to a dataset as they come, each content exactly once, whatever is killed when.</summary>
/// <remarks>
/// A new record goes to a journal, which is on the disk before <see cref="Offer"/> returns, and from there into a version with the next
/// flush. A record is told by the hash of its content: what is in the newest version or in the journal is not kept again. So a
/// killed process loses nothing that it had taken, and may be given again whatever it was given before.
/// <para>Owns the journal; one process at a time.</para>
/// <para>Cost: some 40 bytes of memory for each record of the dataset; each flush writes the whole version anew.</para>
/// </remarks>
public sealed class StreamIngestion : IDisposable
{
    private readonly IIngestionTarget _target;
    private readonly IngestionOptions _options;
    private readonly TimeProvider _clock;
    private readonly FileStream _journal;
    private readonly RecordImport _import;
    private readonly RecordStages? _stages;
    private readonly HashSet<UInt128> _known = [];
    private long _read;
    private long _kept;
    private long _seen;
    private long _dropped;
    private long _waiting;
    private int _versions;
    private long _oldest;

    private StreamIngestion(IIngestionTarget target, IngestionOptions options, DatasetRecipe? recipe, FileStream journal, TimeProvider clock)
    {
        (_target, _options, _journal, _clock) = (target, options, journal, clock);
        _import = new RecordImport(null, options.AllowsUnknownLicence, dropsFaulty: true);
        _stages = recipe is null ? null : new RecordStages(recipe, []);
    }

    /// <summary>What was done so far.</summary>
    public IngestionCounts Counts => new(_read, _kept, _seen, _dropped, _import.Faults.Count, _waiting, _versions);

    /// <summary>The first faults.</summary>
    public IReadOnlyList<string> Faults => _import.Faults.Listed;

    /// <summary>When the next flush is due for the time that a record has waited; null when none waits.</summary>
    public TimeSpan? DueIn => _waiting == 0 ? null : _options.FlushAfter - _clock.GetElapsedTime(_oldest) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Opens an ingestion, and takes up what a killed one had in its journal.</summary>
    /// <param name="target">The dataset.</param>
    /// <param name="stateFolder">Where the journal is; a folder for each dataset.</param>
    /// <param name="options">How records are kept.</param>
    /// <param name="clock">Says when a record has waited long enough.</param>
    /// <param name="recipe">Whose screen, cleaning and filters by rule every record passes; null for none.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <remarks>Errors: TRN0530 another process has the journal, or it cannot be opened; TRN0531 the journal is damaged; those of the target.</remarks>
    public static async Task<StreamIngestion> OpenAsync(IIngestionTarget target, string stateFolder, IngestionOptions options, TimeProvider clock, DatasetRecipe? recipe = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        FileStream journal;
        try
        {
            Directory.CreateDirectory(stateFolder);
            journal = new FileStream(Path.Combine(stateFolder, "journal.jsonl"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0530", $"Opening the ingestion failed: the journal in '{stateFolder}' cannot be opened: {error.Message} End the other process that ingests into this dataset, or check the folder's permissions.", error);
        }

        var ingestion = new StreamIngestion(target, options, recipe, journal, clock);
        try
        {
            foreach (var row in await target.ReadAsync(cancellationToken))
            {
                ingestion._known.Add(KeyOf(row));
            }

            ingestion.TakeUp();
            return ingestion;
        }
        catch
        {
            ingestion.Dispose();
            throw;
        }
    }

    /// <summary>Takes records, one JSON object a line; those that are new are on the disk when this returns.</summary>
    /// <param name="lines">The records, with the file and line to tell of each.</param>
    /// <returns>How many were new.</returns>
    /// <remarks>Errors: TRN0510 the journal cannot be written; nothing of this call is kept then but whole records.</remarks>
    public int Offer(IEnumerable<(string File, long Line, ReadOnlyMemory<byte> Json)> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var records = new List<CurationRecord>();
        foreach (var (file, line, json) in lines)
        {
            _read++;
            if (_import.ToRecord(json, _options.Source, file, line, "") is { } record)
            {
                records.Add(record);
            }
        }

        var passed = _stages?.Run(records) ?? records;
        _dropped += records.Count - passed.Count;
        var buffer = new ArrayBufferWriter<byte>();
        var added = 0;
        foreach (var record in passed)
        {
            if (!_known.Add(KeyOf(record.Hash)))
            {
                _seen++;
                continue;
            }

            RecordJson.Write(record, RecordJson.IdOf(record), "", buffer);
            buffer.Write("\n"u8);
            added++;
        }

        if (added > 0)
        {
            WriteJournal(buffer.WrittenSpan);
            _oldest = _waiting == 0 ? _clock.GetTimestamp() : _oldest;
            _waiting += added;
            _kept += added;
        }

        return added;
    }

    /// <summary>Makes a version when enough records wait, or one has waited long enough.</summary>
    /// <returns>The version; null when none was made.</returns>
    public Task<string?> FlushIfDueAsync(CancellationToken cancellationToken = default) =>
        _waiting >= _options.FlushRecords || DueIn == TimeSpan.Zero ? FlushAsync(cancellationToken) : Task.FromResult<string?>(null);

    /// <summary>Makes a version of what waits.</summary>
    /// <returns>The version; null when nothing waits.</returns>
    public async Task<string?> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_waiting == 0)
        {
            return null;
        }

        var version = await _target.AppendAsync(Journalled(), _waiting, cancellationToken);

        // Killed before this line, the next one finds every record of the journal in the version.
        _journal.SetLength(0);
        _journal.Flush(flushToDisk: true);
        _waiting = 0;
        _versions++;
        return version;
    }

    /// <inheritdoc/>
    public void Dispose() => _journal.Dispose();

    /// <summary>Drops from the journal a record that was cut off, and what is in a version already.</summary>
    private void TakeUp()
    {
        var left = new ArrayBufferWriter<byte>();
        var end = 0L;
        foreach (var line in Journalled())
        {
            end += line.Length + 1;
            if (end > _journal.Length)
            {
                break; // It was cut off, so nobody was told that it is kept.
            }

            try
            {
                if (_known.Add(KeyOf(line)))
                {
                    left.Write(line.Span);
                    left.Write("\n"u8);
                    _waiting++;
                }
            }
            catch (Exception error) when (error is JsonException or FormatException)
            {
                throw new TrainingException("TRN0531", $"Opening the ingestion failed: the journal '{_journal.Name}' is damaged at byte {end - line.Length - 1}. Move it away to go on without the records in it, and give those again.", error);
            }
        }

        if (left.WrittenCount != _journal.Length)
        {
            _journal.SetLength(0);
            WriteJournal(left.WrittenSpan);
        }

        _oldest = _clock.GetTimestamp();
    }

    private IEnumerable<ReadOnlyMemory<byte>> Journalled()
    {
        _journal.Position = 0;
        foreach (var (_, line) in ByteLines.Read(new Synthesis.UnownedStream(_journal), _ => { }))
        {
            yield return line;
        }
    }

    private void WriteJournal(ReadOnlySpan<byte> lines)
    {
        var before = _journal.Length;
        try
        {
            _journal.Position = before;
            _journal.Write(lines);
            _journal.Flush(flushToDisk: true);
        }
        catch (IOException error)
        {
            throw new TrainingException("TRN0510", $"Ingesting records failed: the journal '{_journal.Name}' cannot be written: {error.Message} Free space and give the last records again; what was kept before is not lost.", error);
        }
    }

    private static UInt128 KeyOf(ReadOnlyMemory<byte> row)
    {
        var json = JsonElement.Parse(row.Span);
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("hash", out var hash) && hash.ValueKind == JsonValueKind.String && hash.GetString() is { Length: 64 } digits)
        {
            return KeyOf(digits);
        }

        // Rows that were kept in another way have no hash; their content has one.
        return JsonRecordReader.TryRead(json, new RecordColumns(), out var record, out _) ? KeyOf(record.Hash) : 0;
    }

    private static UInt128 KeyOf(string hash) => UInt128.TryParse(hash.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key) ? key : throw new FormatException("the hash of a row is no hexadecimal number");
}
