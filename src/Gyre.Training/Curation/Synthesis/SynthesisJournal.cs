using System.Buffers;
using System.Text.Json;
using Gyre.Training.Curation.Import;
using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Synthesis;

/// <summary>The attempts of a synthesis in a file, each on the disk before the next is made: a killed run goes on behind the last one.</summary>
/// <remarks>Owns the file; one process at a time.</remarks>
public sealed class SynthesisJournal : IDisposable
{
    private readonly FileStream _file;
    private readonly List<SynthesisAttempt> _attempts = [];

    private SynthesisJournal(FileStream file) => _file = file;

    internal IReadOnlyList<SynthesisAttempt> Attempts => _attempts;

    /// <summary>Opens a journal, a new one too. A line that was cut off when the process was killed is forgotten.</summary>
    /// <remarks>Errors: TRN0520 the file cannot be opened, another process has it, or it is no journal.</remarks>
    public static SynthesisJournal Open(string path)
    {
        FileStream? file = null;
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var journal = new SynthesisJournal(file);
            journal.Replay(path);
            return journal;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new TrainingException("TRN0520", $"Opening the journal of a synthesis failed: '{path}': {error.Message} End the other run that uses it, or check the folder's permissions.", error);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    internal void Add(SynthesisAttempt attempt)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteNumber("slot", attempt.Slot);
            json.WriteNumber("attempt", attempt.Attempt);
            json.WriteString("rule", attempt.Rule);
            json.WriteString("reason", attempt.Reason);
            if (attempt.Record is { } record)
            {
                var inner = new ArrayBufferWriter<byte>();
                RecordJson.Write(record, RecordJson.IdOf(record), "", inner);
                json.WritePropertyName("record");
                json.WriteRawValue(inner.WrittenSpan);
            }

            json.WriteEndObject();
        }

        line.Write("\n"u8);
        try
        {
            _file.Write(line.WrittenSpan);
            _file.Flush(flushToDisk: true);
        }
        catch (IOException error)
        {
            throw new TrainingException("TRN0510", $"Keeping what a model wrote failed: '{_file.Name}' cannot be written: {error.Message} Free space and run again: what stands in it is not asked again.", error);
        }

        _attempts.Add(attempt);
    }

    private void Replay(string path)
    {
        var whole = 0L;
        foreach (var (number, line) in ByteLines.Read(new GuardedStream(new UnownedStream(_file), path, long.MaxValue), _ => { }))
        {
            var end = whole + line.Length + 1;
            if (end > _file.Length)
            {
                break; // It was cut off.
            }

            try
            {
                var json = JsonElement.Parse(line.Span);
                _attempts.Add(new SynthesisAttempt(
                    json.GetProperty("slot").GetInt32(),
                    json.GetProperty("attempt").GetInt32(),
                    json.TryGetProperty("record", out var record) ? RecordJson.Read(record) : null,
                    json.GetProperty("rule").GetString() ?? "",
                    json.GetProperty("reason").GetString() ?? ""));
            }
            catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
            {
                throw new TrainingException("TRN0520", $"Opening the journal of a synthesis failed: '{path}' line {number} is no attempt of it. Delete the file to begin again; what it holds is then asked again.", error);
            }

            whole = end;
        }

        _file.SetLength(whole);
        _file.Position = whole;
    }
}
