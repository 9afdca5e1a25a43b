using System.Diagnostics;
using System.Text;
using Gyre.Benchmarks.Tensors;

namespace Gyre.Benchmarks.Training;

/// <summary>Verb <c>train-step</c>: tokens per second of a training step, alone or in alternation with PyTorch.</summary>
internal static class TrainStepComparison
{
    private const int Tokens = SmallDecoderStep.Rows * SmallDecoderStep.Length;

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "threads", "pairs", "steps", "python", "script", "out");
        var pairs = options.Numbers("pairs", "5")[0];
        var steps = options.Numbers("steps", "3")[0];
        var python = options.Text("python", "/usr/bin/python3");
        var script = options.Text("script", "bench/peers/train_step.py");
        var table = new StringBuilder();
        table.AppendLine($"Training step: width {SmallDecoderStep.Width}, {SmallDecoderStep.Layers} layers, {SmallDecoderStep.Heads} heads, vocabulary {SmallDecoderStep.Vocabulary}, sequence {SmallDecoderStep.Length}, batch {SmallDecoderStep.Rows}; forward, backward, clipping, AdamW; {pairs} alternating pairs of {steps} steps, median (range).");
        table.AppendLine("`llama` is the same network in PyTorch; `gpt` is a GPT-2 block with a plain feed-forward of 1,024, of the same cost.");
        table.AppendLine($"Machine: {Alternation.Machine()}.");
        table.AppendLine();
        table.AppendLine("| threads | peer | Gyre tokens/s | peer tokens/s | ratio, median of pairs |");
        table.AppendLine("|---|---|---|---|---|");
        var reason = "";
        foreach (var threads in options.Numbers("threads", "1,2"))
        {
            foreach (var (architecture, feedForward) in new[] { ("gpt", 1024), ("llama", SmallDecoderStep.FeedForward) })
            {
                using var ours = new SmallDecoderStep(threads);
                using var peer = TorchPeer.TryStart(python, script, architecture, feedForward, threads, out reason);
                table.AppendLine(Compare(ours, peer, architecture, threads, pairs, steps));
                if (peer is null)
                {
                    break;
                }
            }
        }

        table.AppendLine();
        table.AppendLine($"{reason} Load after: {Alternation.Load()}.".TrimStart());
        options.Write(table.ToString());
        return 0;
    }

    private static string Compare(SmallDecoderStep ours, TorchPeer? peer, string architecture, int threads, int pairs, int steps)
    {
        ours.Run();
        ours.Run();
        peer?.Run(1);
        var mine = new double[pairs];
        var theirs = new double[pairs];
        for (var pair = 0; pair < pairs; pair++)
        {
            var begin = Stopwatch.GetTimestamp();
            for (var step = 0; step < steps; step++)
            {
                ours.Run();
            }

            mine[pair] = steps * Tokens / Stopwatch.GetElapsedTime(begin).TotalSeconds;
            theirs[pair] = peer is null ? double.NaN : steps * Tokens / peer.Run(steps);
        }

        var name = peer is null ? "none" : $"{architecture}: {peer.Greeting}";
        return peer is null
            ? $"| {threads} | {name} | {Alternation.Describe(mine, "F0")} | – | – |"
            : $"| {threads} | {name} | {Alternation.Describe(mine, "F0")} | {Alternation.Describe(theirs, "F0")} | {Alternation.Describe(mine.Zip(theirs, (a, b) => a / b), "F2")} |";
    }
}
