using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gyre.Benchmarks.Tensors;

namespace Gyre.Benchmarks.Server;

/// <summary>
/// Verb <c>server-peer</c>: <c>gyre up</c> and a given <c>llama-server</c> on one GGUF file; several clients stream
/// completions from the one and from the other in turn. Tokens per second of all clients together.
/// </summary>
internal static class ServerPeer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "gyre", "llama-server", "model", "clients", "rounds", "tokens", "requests", "threads", "out");
        var clients = options.Numbers("clients", "1,4,8,16");
        var (rounds, tokens) = (options.Numbers("rounds", "5")[0], options.Numbers("tokens", "64")[0]);
        var (requests, threads) = (options.Numbers("requests", "2")[0], options.Numbers("threads", "2")[0]);
        var model = options.Text("model", "135M-Q8_0.gguf");
        var table = new StringBuilder();
        table.AppendLine($"{Path.GetFileName(model)}; clients that each stream {requests} completions of {tokens} tokens after a prompt of their own of about 40 tokens, one after the other; {rounds} rounds in alternation, median (range), tokens/s of all clients; {threads} threads.");
        table.AppendLine($"Machine: {Alternation.Machine()}; peer: llama-server {Environment.GetEnvironmentVariable("PEER_VERSION")}.");
        table.AppendLine();
        table.AppendLine("| clients | Gyre | llama-server | ratio (median of rounds) | first token, ms, Gyre | llama-server |");
        table.AppendLine("|---|---|---|---|---|---|");
        var folder = Directory.CreateTempSubdirectory("gyre-bench-").FullName;
        var (ourPort, theirPort) = (FreePort(), FreePort());
        using var ours = Start(options.Text("gyre", "artifacts/gyre/gyre"), "up", "--port", $"{ourPort}", "--model", Path.GetFullPath(model), "--data", Path.Combine(folder, "data"));
        using var theirs = Start(options.Text("llama-server", "llama-server"), "-m", model, "-t", $"{threads}", "-tb", $"{threads}", "--port", $"{theirPort}", "-np", $"{clients.Max()}", "-c", $"{clients.Max() * 512}");
        try
        {
            using var our = Client(ourPort, "/health/ready", ours);
            using var their = Client(theirPort, "/health", theirs);
            foreach (var count in clients)
            {
                var (mine, other) = (new List<Sample>(), new List<Sample>());
                for (var round = 0; round <= rounds; round++)
                {
                    var (a, b) = (Load(our, count, requests, tokens, round), Load(their, count, requests, tokens, round));
                    if (round > 0)
                    {
                        // The first round warms up.
                        mine.Add(a);
                        other.Add(b);
                    }
                }

                var ratio = Alternation.Median(mine.Zip(other, (a, b) => a.Speed / b.Speed));
                table.AppendLine(
                    $"| {count} | {Alternation.Describe(mine.Select(sample => sample.Speed), "F0")} | {Alternation.Describe(other.Select(sample => sample.Speed), "F0")} | {ratio:F2} "
                    + $"| {Alternation.Median(mine.Select(sample => sample.FirstToken)):F0} | {Alternation.Median(other.Select(sample => sample.FirstToken)):F0} |");
            }
        }
        finally
        {
            ours.Kill(entireProcessTree: true);
            theirs.Kill(entireProcessTree: true);
            ours.WaitForExit();
            theirs.WaitForExit();
            Directory.Delete(folder, recursive: true);
        }

        table.AppendLine();
        table.AppendLine($"Load after: {Alternation.Load()}.");
        options.Write(table.ToString());
        return 0;
    }

    private static Sample Load(HttpClient client, int clients, int requests, int tokens, int round)
    {
        var start = Stopwatch.GetTimestamp();
        var results = Task.WhenAll(Enumerable.Range(0, clients).Select(index => Task.Run(async () =>
        {
            var (count, first) = (0, 0.0);
            for (var request = 0; request < requests; request++)
            {
                var (received, wait) = await StreamAsync(client, Prompt(index, round, request), tokens);
                count += received;
                first += wait / requests;
            }

            return (Count: count, First: first);
        }))).GetAwaiter().GetResult();
        return new Sample(results.Sum(result => result.Count) / Stopwatch.GetElapsedTime(start).TotalSeconds, Alternation.Median(results.Select(result => result.First)));
    }

    private static async Task<(int Tokens, double FirstToken)> StreamAsync(HttpClient client, string prompt, int tokens)
    {
        var start = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions")
        {
            Content = JsonContent.Create(new { model = "default", prompt, max_tokens = tokens, temperature = 0, ignore_eos = true, stream = true, stream_options = new { include_usage = true } }),
        };
        request.Headers.ConnectionClose = true; // One server closes idle connections while the other is measured.
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"{client.BaseAddress} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
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

        return count == tokens ? (count, first) : throw new InvalidOperationException($"{client.BaseAddress} gave {count} tokens; expected {tokens}.");
    }

    /// <summary>Begins differently for every request, so that nothing is known beforehand.</summary>
    private static string Prompt(int client, int round, int request) =>
        $"{(client * 7919) + (round * 104_729) + (request * 31)} is the number of a letter to the shop. Please answer it in a friendly tone, name the product, its price and its colour, and say when it will arrive.";

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start.");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static HttpClient Client(int port, string health, Process process)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(10) };
        var start = Stopwatch.GetTimestamp();
        while (!IsReady(client, health))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new InvalidOperationException($"'{process.StartInfo.FileName}' was not ready within {Patience.TotalSeconds:F0} s.");
            }

            Thread.Sleep(50);
        }

        return client;
    }

    private static bool IsReady(HttpClient client, string path)
    {
        try
        {
            using var answer = client.Send(new HttpRequestMessage(HttpMethod.Get, path));
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

    private sealed record Sample(double Speed, double FirstToken);
}
