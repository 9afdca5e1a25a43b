using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gyre.Models.Tests.Catalog;

/// <summary>A local stand-in of the hub's URL layout over a plain socket: listing, resolve, redirect to a content server, ranges, faults.</summary>
internal sealed class FakeHub : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<(string Path, int? DropAfterBytes, int? Status, string? Header)> _faults = new();

    public FakeHub()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Files by path below the host.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>Another host that large files are redirected to; null to send them from here.</summary>
    public FakeHub? ContentServer { get; set; }

    public bool IgnoresRanges { get; set; }

    public bool GivesNoTags { get; set; }

    public string? RequiredToken { get; set; }

    /// <summary>Tags that differ from the content's own digest, by path.</summary>
    public ConcurrentDictionary<string, string> FalseTags { get; } = new();

    public ConcurrentQueue<(string Path, string? Range, string? Authorization)> Requests { get; } = new();

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public void Publish(string id, IReadOnlyDictionary<string, byte[]> files, string revision = "main", bool withDigests = true, params string[] furtherNames)
    {
        foreach (var (name, bytes) in files)
        {
            Files[$"/{id}/resolve/{revision}/{name}"] = bytes;
        }

        var siblings = files.Select(file => (object)(IsLarge(file.Key) && withDigests
                ? new { rfilename = file.Key, size = file.Value.Length, lfs = new { sha256 = Sha256(file.Value) } }
                : new { rfilename = file.Key, size = file.Value.Length }))
            .Concat(furtherNames.Select(name => (object)new { rfilename = name }));
        Files[$"/api/models/{id}/revision/{revision}"] = JsonSerializer.SerializeToUtf8Bytes(new { id, sha = "c0ffee", siblings });
    }

    /// <summary>The next request of a path fails: its body breaks off, or it answers a status.</summary>
    public void FailNext(string path, int? dropAfterBytes = null, int? status = null, string? header = null) =>
        _faults.Enqueue((path, dropAfterBytes, status, header));

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private static bool IsLarge(string path) => path.EndsWith(".safetensors", StringComparison.Ordinal) || path.EndsWith(".gguf", StringComparison.Ordinal);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                var path = ((await reader.ReadLineAsync()) ?? "  ").Split(' ')[1].Split('?')[0];
                var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                while (await reader.ReadLineAsync() is { Length: > 0 } line)
                {
                    headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
                }

                Requests.Enqueue((path, headers.GetValueOrDefault("Range"), headers.GetValueOrDefault("Authorization")));
                var fault = _faults.TryPeek(out var next) && next.Path == path && _faults.TryDequeue(out _) ? next : default;
                var (head, body) = Answer(path, headers, fault.Status, fault.Header);
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n"));
                await stream.WriteAsync(fault.DropAfterBytes is { } bytes ? body.AsMemory(0, bytes) : body);
                await stream.FlushAsync();
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (IOException)
            {
                // The client went away, as some tests want it to.
            }
        }
    }

    private (string Head, byte[] Body) Answer(string path, Dictionary<string, string> headers, int? status, string? header)
    {
        if (status is not null)
        {
            return ($"{status} Fault{(header is null ? "" : "\r\n" + header)}", []);
        }

        if (RequiredToken is not null && headers.GetValueOrDefault("Authorization") != "Bearer " + RequiredToken)
        {
            return ("401 Unauthorized", []);
        }

        if (!Files.TryGetValue(path, out var bytes))
        {
            return ("404 Not Found", []);
        }

        var tag = FalseTags.TryGetValue(path, out var lie) ? lie : IsLarge(path) ? Sha256(bytes) : GitBlobId(bytes);
        if (ContentServer is not null && IsLarge(path))
        {
            ContentServer.Files["/content" + path] = bytes;
            return ($"302 Found\r\nX-Linked-Etag: \"{tag}\"\r\nX-Linked-Size: {bytes.Length}\r\nX-Repo-Commit: c0ffee\r\nLocation: {ContentServer.Address}content{path}", []);
        }

        var tags = GivesNoTags ? "" : IsLarge(path) ? $"\r\nX-Linked-Etag: \"{tag}\"\r\nX-Repo-Commit: c0ffee" : $"\r\nETag: \"{tag}\"\r\nX-Repo-Commit: c0ffee";
        if (headers.TryGetValue("Range", out var range) && !IgnoresRanges)
        {
            var from = int.Parse(range["bytes=".Length..].TrimEnd('-'));
            return from >= bytes.Length
                ? ($"416 Range Not Satisfiable\r\nContent-Range: bytes */{bytes.Length}{tags}", [])
                : ($"206 Partial Content\r\nContent-Range: bytes {from}-{bytes.Length - 1}/{bytes.Length}{tags}", bytes[from..]);
        }

        return ("200 OK" + tags, bytes);
    }

    private static string GitBlobId(byte[] bytes) =>
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));
}
