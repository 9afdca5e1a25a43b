using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

public class PullVerbTests
{
    [Fact]
    public async Task Ctrl_C_keeps_what_arrived_and_the_same_command_fetches_the_rest()
    {
        var bytes = File.ReadAllBytes(TestData.Require("models/stories260K/derived-gguf/stories260K-F32.gguf"));
        using var server = new StallingServer(bytes);
        using var folder = new TemporaryFolder();
        string[] command = ["pull", server.Address + "/tiny.gguf", "--name", "tiny", "--data", folder.Path];
        using var process = GyreProcess.Start(command);
        var finished = GyreProcess.FinishAsync(process);
        var waited = Stopwatch.StartNew();
        while (Part(folder) is not { Length: > 0 } && !process.HasExited && waited.Elapsed < TimeSpan.FromSeconds(60))
        {
            await Task.Delay(5);
        }

        await GyreProcess.SignalAsync(process, "INT");
        var interrupted = await finished;
        var kept = Part(folder).ShouldNotBeNull(interrupted.Error).Length;
        var second = await GyreProcess.RunAsync(command);

        interrupted.ExitCode.ShouldBe(130, interrupted.Error);
        interrupted.Error.ShouldContain("what was fetched is kept");
        kept.ShouldBeInRange(1, bytes.Length / 2);
        second.ExitCode.ShouldBe(0, second.Error);
        server.Ranges.ShouldBe(["", $"bytes={kept}-"]);
        File.ReadAllBytes(Directory.GetFiles(folder.Path, "tiny.gguf", SearchOption.AllDirectories).ShouldHaveSingleItem()).ShouldBe(bytes);
        Part(folder).ShouldBeNull();
    }

    private static FileInfo? Part(TemporaryFolder folder) =>
        new DirectoryInfo(folder.Path).EnumerateFiles("*.part", SearchOption.AllDirectories).FirstOrDefault();

    /// <summary>Serves one file over a plain socket: the first answer stalls after half of it, later ones are whole.</summary>
    private sealed class StallingServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly byte[] _bytes;

        public StallingServer(byte[] bytes)
        {
            _bytes = bytes;
            _listener.Start();
            _ = AcceptAsync();
        }

        public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        /// <summary>The range that each request asked for; empty for all.</summary>
        public ConcurrentQueue<string> Ranges { get; } = new();

        public void Dispose()
        {
            _stop.Cancel();
            _listener.Dispose();
            _stop.Dispose();
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                    await ServeAsync(client.GetStream());
                }
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task ServeAsync(NetworkStream stream)
        {
            try
            {
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                var range = "";
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
                {
                    range = line.StartsWith("Range: ", StringComparison.OrdinalIgnoreCase) ? line["Range: ".Length..] : range;
                }

                Ranges.Enqueue(range);
                var from = range.Length == 0 ? 0 : int.Parse(range["bytes=".Length..].TrimEnd('-'));
                var status = range.Length == 0 ? "200 OK" : $"206 Partial Content\r\nContent-Range: bytes {from}-{_bytes.Length - 1}/{_bytes.Length}";
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nETag: \"one\"\r\nConnection: close\r\nContent-Length: {_bytes.Length - from}\r\n\r\n"), _stop.Token);
                if (Ranges.Count > 1)
                {
                    await stream.WriteAsync(_bytes.AsMemory(from), _stop.Token);
                    return;
                }

                await stream.WriteAsync(_bytes.AsMemory(0, _bytes.Length / 2), _stop.Token);
                _ = await stream.ReadAsync(new byte[1], _stop.Token); // Returns when the client goes away.
            }
            catch (IOException)
            {
                // The client went away, as the test wants it to.
            }
        }
    }
}
