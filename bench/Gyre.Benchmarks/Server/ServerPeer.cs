using System.Diagnostics;
using System.Text;
using Gyre.Benchmarks.Tensors;

namespace Gyre.Benchmarks.Server;

/// <summary>
/// Verb <c>server-peer</c>: <c>gyre up</c> and a given <c>llama-server</c> on one GGUF file; several clients stream
/// completions from the one and from the other in turn. Tokens per second of all clients together.
/// </summary>
internal static class ServerPeer
{
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
        try
        {
            using var our = CompletionServer.Gyre(options.Text("gyre", "artifacts/gyre/gyre"), model, folder);
            using var their = CompletionServer.Start(
                options.Text("llama-server", "llama-server"), "/health", "-m", model, "-t", $"{threads}", "-tb", $"{threads}", "-np", $"{clients.Max()}", "-c", $"{clients.Max() * 512}");
            our.WaitUntilReady();
            their.WaitUntilReady();
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
            Directory.Delete(folder, recursive: true);
        }

        table.AppendLine();
        table.AppendLine($"Load after: {Alternation.Load()}.");
        options.Write(table.ToString());
        return 0;
    }

    private static Sample Load(CompletionServer server, int clients, int requests, int tokens, int round)
    {
        var start = Stopwatch.GetTimestamp();
        var results = Task.WhenAll(Enumerable.Range(0, clients).Select(index => Task.Run(async () =>
        {
            var (count, first) = (0, 0.0);
            for (var request = 0; request < requests; request++)
            {
                var (received, wait) = await server.StreamAsync(Prompt(index, round, request), tokens);
                count += received;
                first += wait / requests;
            }

            return (Count: count, First: first);
        }))).GetAwaiter().GetResult();
        return new Sample(results.Sum(result => result.Count) / Stopwatch.GetElapsedTime(start).TotalSeconds, Alternation.Median(results.Select(result => result.First)));
    }

    /// <summary>Begins differently for every request, so that nothing is known beforehand.</summary>
    private static string Prompt(int client, int round, int request) =>
        $"{(client * 7919) + (round * 104_729) + (request * 31)} is the number of a letter to the shop. Please answer it in a friendly tone, name the product, its price and its colour, and say when it will arrive.";

    private sealed record Sample(double Speed, double FirstToken);
}
