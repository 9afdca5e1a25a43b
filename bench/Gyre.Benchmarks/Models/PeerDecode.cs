using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Gyre.Benchmarks.Tensors;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Benchmarks.Models;

/// <summary>
/// Verb <c>decode-peer</c>: the same synthetic GGUF files through Gyre and through a given <c>llama-bench</c>, in turn.
/// </summary>
internal static class PeerDecode
{
    private const int Generated = 128;

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "llama-bench", "models", "formats", "threads", "rounds", "out");
        var peer = options.Text("llama-bench", "llama-bench");
        var rounds = options.Numbers("rounds", "5")[0];
        var table = new StringBuilder();
        table.AppendLine($"Tokens/s, same synthetic GGUF file, single stream; {rounds} rounds in alternation (Gyre, peer, Gyre, …), median (range); decode is {Generated} tokens from an empty context.");
        table.AppendLine($"Machine: {Alternation.Machine()}; peer: {Version(peer)}.");
        table.AppendLine();
        table.AppendLine("| model | format | threads | test | Gyre | llama.cpp | ratio (median of rounds) |");
        table.AppendLine("|---|---|---|---|---|---|---|");
        var folder = Directory.CreateTempSubdirectory("gyre-bench-").FullName;
        try
        {
            foreach (var model in options.Text("models", "15M,135M").Split(','))
            {
                foreach (var format in options.Text("formats", "Q8_0").Split(',').Select(Enum.Parse<ElementFormat>))
                {
                    var path = Path.Combine(folder, $"{model}-{format}.gguf");
                    SyntheticFile.Write(path, model, format, vocabulary: null);
                    foreach (var threads in options.Numbers("threads", "1,2"))
                    {
                        Compare(table, peer, path, model, format, threads, rounds);
                    }

                    File.Delete(path);
                }
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

    private static void Compare(StringBuilder table, string peer, string path, string model, ElementFormat format, int threads, int rounds)
    {
        using var team = new ThreadTeam(threads);
        using var file = GgufFile.Open(path);
        using var decoder = DecoderLoader.Load(file, DecoderConfiguration.FromGguf(file), new DecoderOptions { Team = team });
        using var session = decoder.CreateSession(640);
        var ours = new double[3][].Select(_ => new double[rounds]).ToArray();
        var theirs = new double[3][].Select(_ => new double[rounds]).ToArray();
        Measure(session);
        for (var round = 0; round < rounds; round++)
        {
            var mine = Measure(session);
            Thread.Sleep(100);
            var other = RunPeer(peer, path, threads);
            for (var test = 0; test < 3; test++)
            {
                ours[test][round] = mine[test];
                theirs[test][round] = other[test];
            }
        }

        string[] names = ["prompt 512", "prompt 128", "decode"];
        for (var test = 0; test < 3; test++)
        {
            var ratio = Alternation.Median(ours[test].Zip(theirs[test], (mine, other) => mine / other));
            table.AppendLine($"| {model} | {format} | {threads} | {names[test]} | {Alternation.Describe(ours[test], "F0")} | {Alternation.Describe(theirs[test], "F0")} | {ratio:F2} |");
        }
    }

    private static double[] Measure(IDecoderSession session) =>
        [DecodeBenchmark.Prompt(session, 512), DecodeBenchmark.Prompt(session, 128), DecodeBenchmark.Decode(session)];

    private static double[] RunPeer(string peer, string path, int threads)
    {
        using var result = JsonDocument.Parse(Execute(peer, "-m", path, "-t", threads.ToString(), "-p", "512,128", "-n", Generated.ToString(), "-r", "1", "-o", "json"));
        var tests = result.RootElement.EnumerateArray().ToArray();
        return [Speed(512, 0), Speed(128, 0), Speed(0, Generated)];

        double Speed(int prompt, int generated) => tests
            .Single(test => test.GetProperty("n_prompt").GetInt32() == prompt && test.GetProperty("n_gen").GetInt32() == generated)
            .GetProperty("avg_ts").GetDouble();
    }

    private static string Execute(string peer, params string[] arguments)
    {
        var start = new ProcessStartInfo(peer) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"'{peer}' did not start.");
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"'{peer}' ended with {process.ExitCode}: {error.Result}");
    }

    private static string Version(string peer)
    {
        var start = new ProcessStartInfo(peer) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, ArgumentList = { "--help" } };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"'{peer}' did not start.");
        _ = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return Path.GetFileName(peer) + (Environment.GetEnvironmentVariable("PEER_VERSION") is { } version ? " " + version : "");
    }
}
