using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Gyre.Benchmarks.Server;

/// <summary>A server of completions in a process of its own, on a free port. Disposing ends it.</summary>
internal sealed class CompletionServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly HttpClient _client;
    private readonly string _health;

    private CompletionServer(Process process, int port, string health)
    {
        _process = process;
        _health = health;
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(10) };
    }

    /// <summary>Starts <c>gyre up</c> with a model.</summary>
    /// <param name="program">The program.</param>
    /// <param name="model">A GGUF file.</param>
    /// <param name="folder">Holds its data.</param>
    public static CompletionServer Gyre(string program, string model, string folder) =>
        Start(program, "/health/ready", "up", "--model", Path.GetFullPath(model), "--data", Path.Combine(folder, "data"));

    /// <summary>Starts a program that takes <c>--port</c>.</summary>
    /// <param name="program">The program.</param>
    /// <param name="health">Answers 200 when it is ready.</param>
    /// <param name="arguments">What else it is given.</param>
    public static CompletionServer Start(string program, string health, params string[] arguments)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(program, [.. arguments, "--port", $"{port}"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start.");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new CompletionServer(process, port, health);
    }

    /// <summary>Waits until it takes requests.</summary>
    public void WaitUntilReady()
    {
        var start = Stopwatch.GetTimestamp();
        while (!IsReady())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new InvalidOperationException($"'{_process.StartInfo.FileName}' was not ready within {Patience.TotalSeconds:F0} s.");
            }

            Thread.Sleep(50);
        }
    }

    /// <summary>Posts JSON and gives the answer's.</summary>
    public JsonElement Post(string path, object body)
    {
        using var answer = _client.PostAsJsonAsync(path, body).GetAwaiter().GetResult();
        var text = answer.Content.ReadAsStringAsync().GetAwaiter().GetResult();
        return answer.StatusCode == HttpStatusCode.OK
            ? JsonDocument.Parse(text).RootElement.Clone()
            : throw new InvalidOperationException($"{_client.BaseAddress} answered {(int)answer.StatusCode}: {text}");
    }

    /// <summary>Streams a completion of so many tokens; gives the milliseconds until the first part came.</summary>
    public async Task<(int Tokens, double FirstToken)> StreamAsync(string prompt, int tokens)
    {
        var start = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions")
        {
            Content = JsonContent.Create(new { model = "default", prompt, max_tokens = tokens, temperature = 0, ignore_eos = true, stream = true, stream_options = new { include_usage = true } }),
        };
        request.Headers.ConnectionClose = true; // One server closes idle connections while the other is measured.
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"{_client.BaseAddress} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }

        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var (count, first) = (0, 0.0);
        while (await reader.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("data: {", StringComparison.Ordinal))
            {
                continue;
            }

            first = first > 0 ? first : Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (line.Contains("\"usage\"", StringComparison.Ordinal))
            {
                using var chunk = JsonDocument.Parse(line[6..]);
                count = chunk.RootElement.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object ? usage.GetProperty("completion_tokens").GetInt32() : count;
            }
        }

        return count == tokens ? (count, first) : throw new InvalidOperationException($"{_client.BaseAddress} gave {count} tokens; expected {tokens}.");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _client.Dispose();
    }

    private bool IsReady()
    {
        try
        {
            using var answer = _client.Send(new HttpRequestMessage(HttpMethod.Get, _health));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // Nobody listens yet.
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
