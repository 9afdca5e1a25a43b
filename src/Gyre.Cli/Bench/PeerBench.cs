using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gyre.Models.Measurement;

namespace Gyre.Cli.Bench;

/// <summary>Runs llama.cpp's own benchmarks, <c>llama-bench</c> and beside it <c>llama-batched-bench</c>, on the same file.</summary>
internal sealed class PeerBench
{
    private const string SingleName = "llama-bench";
    private const string BatchedName = "llama-batched-bench";

    private readonly string _single;
    private readonly string _batched;

    /// <param name="path">The folder of the two programs, or the path of the first.</param>
    public PeerBench(string path)
    {
        _single = Directory.Exists(path) ? Path.Combine(path, SingleName) : path;
        _batched = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_single)) ?? "", BatchedName);
        if (!File.Exists(_single))
        {
            throw new CliException("CLI0002", $"--peer: found no '{_single}'; expected llama.cpp's {SingleName} or the folder that it is in. Build it with 'cmake --build build --target {SingleName} {BatchedName}'.");
        }
    }

    /// <summary>The build that the peer reports of itself; known after the first run.</summary>
    public string Version { get; private set; } = Path.GetFileName(SingleName);

    /// <summary>Whether it can run a test.</summary>
    public bool Has(SpeedTest test) => test.Streams == 1 || (test.Kind == SpeedTestKind.Generation && File.Exists(_batched));

    /// <summary>Tokens per second of each test.</summary>
    public async Task<double[]> RunAsync(string model, IReadOnlyList<SpeedTest> tests, int threads, CancellationToken cancellationToken)
    {
        var speeds = new Dictionary<SpeedTest, double>();
        var prompts = tests.Where(test => test is { Streams: 1, Kind: SpeedTestKind.Prompt }).Select(test => test.Tokens).ToArray();
        var answers = tests.Where(test => test is { Streams: 1, Kind: SpeedTestKind.Generation }).Select(test => test.Tokens).ToArray();
        if (prompts.Length + answers.Length > 0)
        {
            await RunSingleAsync(model, prompts, answers, threads, speeds, cancellationToken);
        }

        foreach (var streams in tests.Where(test => test.Streams > 1 && Has(test)).GroupBy(test => test.Tokens))
        {
            await RunBatchedAsync(model, streams.Key, [.. streams.Select(test => test.Streams)], threads, speeds, cancellationToken);
        }

        return [.. tests.Select(test => speeds.GetValueOrDefault(test, double.NaN))];
    }

    private async Task RunSingleAsync(
        string model, int[] prompts, int[] answers, int threads, Dictionary<SpeedTest, double> speeds, CancellationToken cancellationToken)
    {
        var text = await ExecuteAsync(
            _single,
            ["-m", model, "-t", Text(threads), "-p", prompts.Length > 0 ? Joined(prompts) : "0", "-n", answers.Length > 0 ? Joined(answers) : "0", "-r", "1", "-o", "json"],
            cancellationToken);
        using var result = JsonDocument.Parse(text);
        foreach (var test in result.RootElement.EnumerateArray())
        {
            var (prompt, answer) = (test.GetProperty("n_prompt").GetInt32(), test.GetProperty("n_gen").GetInt32());
            var speed = test.GetProperty("avg_ts").GetDouble();
            speeds[prompt > 0 ? new SpeedTest(SpeedTestKind.Prompt, prompt, 1) : new SpeedTest(SpeedTestKind.Generation, answer, 1)] = speed;
            Version = $"{SingleName}, build {test.GetProperty("build_number").GetInt32()} ({test.GetProperty("build_commit").GetString()})";
        }
    }

    private async Task RunBatchedAsync(
        string model, int tokens, int[] streams, int threads, Dictionary<SpeedTest, double> speeds, CancellationToken cancellationToken)
    {
        var context = streams.Max() * (tokens + DecoderSpeed.StreamPrompt + 1);
        var text = await ExecuteAsync(
            _batched,
            ["-m", model, "-t", Text(threads), "-tb", Text(threads), "-c", Text(context), "-npp", Text(DecoderSpeed.StreamPrompt), "-ntg", Text(tokens), "-npl", Joined(streams), "--output-format", "jsonl"],
            cancellationToken);
        foreach (var line in text.Split('\n').Where(line => line.StartsWith('{')))
        {
            using var result = JsonDocument.Parse(line);
            var count = result.RootElement.GetProperty("pl").GetInt32();
            speeds[new SpeedTest(SpeedTestKind.Generation, tokens, count)] = result.RootElement.GetProperty("speed_tg").GetDouble();
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Joined(int[] numbers) => string.Join(',', numbers.Select(Text));

    private static async Task<string> ExecuteAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start) ?? throw new CliException("CLI0007", $"The peer '{program}' did not start. Check that it is a program.");
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? output : throw new CliException(
                "CLI0007",
                $"The peer '{program}' ended with {process.ExitCode}: {Last(await error)}. Check that it reads this file: run it with '{string.Join(' ', arguments)}'.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static string Last(string text) => text.Trim().Split('\n')[^1].Trim();
}
