using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Gyre.Evaluation.Replies;

/// <summary>Replies kept in a file by the content that decides them, so that nothing is asked twice and a killed run goes on.</summary>
/// <remarks>
/// An append-only file of JSON lines; a line is written whole when its reply arrives. A last line that a crash cut short is
/// dropped when the file is opened again.
/// <para>Owns: the file, which one process uses at a time, and about 16 to 32 bytes of memory a reply; 16 where their number is said beforehand. Safe for several threads.</para>
/// </remarks>
public sealed class ReplyCache : IDisposable
{
    private const int ReadBytes = 1 << 16;
    private const int MostLineBytes = 64 << 20;
    private static readonly byte[] Head = [.. "{\"key\":\""u8];
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly ReplyPlaces _places = new();
    private readonly Lock _gate = new();
    private long _end;

    private ReplyCache(SafeFileHandle file, string path) => (_file, _path) = (file, path);

    /// <summary>Replies in the file.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _places.Count;
            }
        }
    }

    /// <summary>Opens or creates a cache.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <exception cref="EvaluationException">EVA0020: the file cannot be used. EVA0021: a line is damaged.</exception>
    public static ReplyCache Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafeFileHandle? file = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!); // A full path to a file has a folder.
            file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var cache = new ReplyCache(file, path);
            cache.Scan();
            return cache;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw Unusable(path, error);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Makes room for so many replies, where their number is known.</summary>
    internal void Reserve(long replies)
    {
        lock (_gate)
        {
            _places.Reserve(replies);
        }
    }

    /// <summary>The reply of a key.</summary>
    /// <exception cref="EvaluationException">EVA0020, EVA0021.</exception>
    public bool TryGet(ReplyKey key, [NotNullWhen(true)] out Reply? reply)
    {
        long[] places;
        lock (_gate)
        {
            places = [.. _places.Find(key)];
        }

        foreach (var place in places)
        {
            var line = ReadLine(place);
            if (KeyOf(line) is { } found && found == key)
            {
                reply = Read(line, place);
                return true;
            }
        }

        reply = null;
        return false;
    }

    /// <summary>Keeps a reply. A key that is kept already stays as it is.</summary>
    /// <exception cref="EvaluationException">EVA0020.</exception>
    public void Add(ReplyKey key, Reply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        if (TryGet(key, out _))
        {
            return;
        }

        using var line = new MemoryStream();
        using (var writer = new Utf8JsonWriter(line))
        {
            writer.WriteStartObject();
            writer.WriteString("key", key.ToString());
            writer.WriteString("text", reply.Text);
            writer.WriteNumber("milliseconds", Math.Round(reply.Duration.TotalMilliseconds, 3));
            Number(writer, "inputTokens", reply.InputTokens);
            Number(writer, "outputTokens", reply.OutputTokens);
            if (reply.FinishReason is { } reason)
            {
                writer.WriteString("finishReason", reason);
            }

            if (reply.Passages is { } passages)
            {
                writer.WriteStartArray("passages");
                foreach (var passage in passages)
                {
                    writer.WriteStringValue(passage);
                }

                writer.WriteEndArray();
            }

            if (reply.Trace is { } trace)
            {
                writer.WriteString("trace", trace);
            }

            writer.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        lock (_gate)
        {
            try
            {
                RandomAccess.Write(_file, line.GetBuffer().AsSpan(0, (int)line.Length), _end);
            }
            catch (IOException error)
            {
                throw Unusable(_path, error);
            }

            _places.Add(key, _end);
            _end += line.Length;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static void Number(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    private static EvaluationException Unusable(string path, Exception error) => new(
        "EVA0020", $"Using the replies kept from earlier calls failed: {error.Message} File: {path}. See that no other run uses it, that it may be written and that the disk has room.", error);

    private static ReplyKey? KeyOf(ReadOnlySpan<byte> line) =>
        line.Length > Head.Length + 32 && line.StartsWith(Head) && line[Head.Length + 32] == (byte)'"' && ReplyKey.TryRead(line.Slice(Head.Length, 32), out var key) ? key : null;

    private EvaluationException Damaged(long place) => new(
        "EVA0021", $"Using the replies kept from earlier calls failed: the line that begins at byte {place} is no reply. File: {_path}. Delete the line, or the file; what it held is asked again.");

    /// <summary>Notes where the lines begin and drops a last one that is not whole.</summary>
    private void Scan()
    {
        var length = RandomAccess.GetLength(_file);
        var buffer = new byte[1 << 20];
        var (start, filled, at) = (0L, 0, 0L);
        var keep = new byte[Head.Length + 33];
        while (at < length && (filled = RandomAccess.Read(_file, buffer, at)) > 0)
        {
            var from = 0;
            for (int end; (end = buffer.AsSpan(from, filled - from).IndexOf((byte)'\n')) >= 0; from += end + 1)
            {
                Note(start, keep, buffer.AsSpan(from, end), at + from - start);
                start = at + from + end + 1;
            }

            // The beginning of a line that goes on in the next part, of which only the key matters.
            var done = (int)Math.Min(keep.Length, Math.Max(0, at + from - start));
            buffer.AsSpan(from, Math.Min(keep.Length - done, filled - from)).CopyTo(keep.AsSpan(done));
            at += filled;
            if (at - start > MostLineBytes)
            {
                throw Damaged(start);
            }
        }

        if (start < length)
        {
            RandomAccess.SetLength(_file, start);
        }

        _end = start;
    }

    /// <summary>Adds one line; its first bytes may lie in the part before.</summary>
    private void Note(long start, byte[] kept, ReadOnlySpan<byte> rest, long before)
    {
        Span<byte> head = stackalloc byte[kept.Length];
        var carried = (int)Math.Min(before, kept.Length);
        kept.AsSpan(0, carried).CopyTo(head);
        var taken = Math.Min(rest.Length, head.Length - carried);
        rest[..taken].CopyTo(head[carried..]);
        _places.Add(KeyOf(head[..(carried + taken)]) ?? throw Damaged(start), start);
    }

    private byte[] ReadLine(long place)
    {
        try
        {
            var buffer = new byte[ReadBytes / 16];
            var filled = 0;
            while (true)
            {
                var count = RandomAccess.Read(_file, buffer.AsSpan(filled), place + filled);
                var end = buffer.AsSpan(filled, count).IndexOf((byte)'\n');
                if (end >= 0)
                {
                    return buffer[..(filled + end)];
                }

                filled += count;
                if (count == 0 || filled > MostLineBytes)
                {
                    throw Damaged(place);
                }

                Array.Resize(ref buffer, Math.Max(ReadBytes, buffer.Length * 2));
            }
        }
        catch (IOException error)
        {
            throw Unusable(_path, error);
        }
    }

    private Reply Read(byte[] line, long place)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            return new Reply(
                root.GetProperty("text").GetString() ?? throw Damaged(place),
                TimeSpan.FromMilliseconds(root.GetProperty("milliseconds").GetDouble()),
                root.TryGetProperty("inputTokens", out var input) ? input.GetInt64() : null,
                root.TryGetProperty("outputTokens", out var output) ? output.GetInt64() : null,
                root.TryGetProperty("finishReason", out var reason) ? reason.GetString() : null,
                root.TryGetProperty("passages", out var passages) ? [.. passages.EnumerateArray().Select(passage => passage.GetString() ?? throw Damaged(place))] : null,
                root.TryGetProperty("trace", out var trace) ? trace.GetString() : null);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            throw Damaged(place);
        }
    }
}
