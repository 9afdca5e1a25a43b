using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;

namespace Gyre.Server.Http;

/// <summary>Writes a stream of JSON values as server-sent events, or one a line.</summary>
/// <remarks>The status and headers go out with the first value, so that a request refused before it gets a proper error.</remarks>
internal sealed class EventStream(HttpContext context, TimeProvider clock, TimeSpan keepAliveInterval, bool isLines = false) : IDisposable
{
    private const int FlushBytes = 16 * 1024;

    private readonly PipeWriter _output = context.Response.BodyWriter;

    // Serializers write through their own options; only the escaping of this writer counts.
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    private bool _isOpen;

    public bool IsOpen => _isOpen;

    /// <summary>True when enough waits that it should go out before more is added: a slow reader then holds up its writer.</summary>
    public bool IsFull => _output.UnflushedBytes > FlushBytes;

    /// <summary>Adds a value; it goes out with the next flush.</summary>
    public void Write<T>(T value, JsonTypeInfo<T> type) => Write(null, value, type);

    /// <summary>Adds a value as an event of a name; it goes out with the next flush.</summary>
    public void Write<T>(string? name, T value, JsonTypeInfo<T> type)
    {
        Open();
        if (name is not null)
        {
            Write("event: "u8);
            Write(System.Text.Encoding.ASCII.GetBytes(name));
            Write("\n"u8);
        }

        if (!isLines)
        {
            Write("data: "u8);
        }

        _json.Reset(_output);
        JsonSerializer.Serialize(_json, value, type);
        _json.Flush();
        Write(isLines ? "\n"u8 : "\n\n"u8);
    }

    /// <summary>Adds the mark that ends a stream of events; lines have none.</summary>
    public void WriteDone()
    {
        if (!isLines)
        {
            Open();
            Write("data: [DONE]\n\n"u8);
        }
    }

    /// <summary>Sends what waits; nothing before the first value, so that a failure up to then keeps its status.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (!_isOpen)
        {
            return;
        }

        var result = await _output.FlushAsync(cancellationToken);
        if (result.IsCompleted)
        {
            throw new OperationCanceledException("The caller went away.");
        }
    }

    /// <summary>Waits for the next value, and keeps the connection warm while there is none.</summary>
    public async ValueTask<bool> WaitAsync<T>(ChannelReader<T> reader, CancellationToken cancellationToken)
    {
        var waiting = reader.WaitToReadAsync(cancellationToken);
        if (waiting.IsCompleted)
        {
            return await waiting;
        }

        var task = waiting.AsTask();
        while (true)
        {
            try
            {
                return await task.WaitAsync(keepAliveInterval, clock, cancellationToken);
            }
            catch (TimeoutException) when (!task.IsFaulted)
            {
                if (task.IsCompleted)
                {
                    continue; // It came in the very moment in which the wait ended.
                }

                Open();
                Write(isLines ? "\n"u8 : ": keep-alive\n\n"u8);
                await FlushAsync(cancellationToken);
            }
        }
    }

    public void Dispose() => _json.Dispose();

    private void Open()
    {
        if (_isOpen)
        {
            return;
        }

        _isOpen = true;
        context.Response.ContentType = isLines ? "application/x-ndjson" : "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["X-Accel-Buffering"] = "no";
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_output.GetSpan(bytes.Length));
        _output.Advance(bytes.Length);
    }
}
