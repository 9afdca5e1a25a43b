using System.Diagnostics;
using System.Text;
using Gyre.Benchmarks.Tensors;
using Gyre.Models.Adapters.Training;
using Gyre.Tensors.Quantization;

namespace Gyre.Benchmarks.Training;

/// <summary>Verb <c>adapter-step</c>: a training step of an adapter against that of the whole model, in time and memory, and against PyTorch's.</summary>
internal static class AdapterStepComparison
{
    private const int Rank = 8;
    private const int Tokens = SmallDecoderStep.Rows * SmallDecoderStep.Length;

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "threads", "pairs", "steps", "python", "script", "out");
        var pairs = options.Numbers("pairs", "5")[0];
        var steps = options.Numbers("steps", "2")[0];
        var table = new StringBuilder();
        table.AppendLine($"Training step of the network of `train-step` (width {SmallDecoderStep.Width}, {SmallDecoderStep.Layers} layers, sequence {SmallDecoderStep.Length}, batch {SmallDecoderStep.Rows}): the whole model and adapters of rank {Rank}, {pairs} alternating rounds of {steps} steps, median (range).");
        table.AppendLine($"Machine: {Alternation.Machine()}.");
        table.AppendLine();
        table.AppendLine("| threads | what is trained | numbers | tokens/s | time against the whole model's | gradients and moments, MiB | share of the whole model's | weights, MiB | peak, MiB |");
        table.AppendLine("|---|---|---|---|---|---|---|---|---|");
        var peers = new StringBuilder();
        foreach (var threads in options.Numbers("threads", "1,2"))
        {
            Own(table, threads, pairs, steps);
            Against(peers, options.Text("python", "/usr/bin/python3"), options.Text("script", "bench/peers/train_step.py"), threads, pairs, steps);
        }

        table.AppendLine();
        table.AppendLine("| threads | peer, LoRA on queries and values | Gyre tokens/s | peer tokens/s | ratio, median of rounds |");
        table.AppendLine("|---|---|---|---|---|");
        table.Append(peers);
        table.AppendLine();
        table.AppendLine($"Load after: {Alternation.Load()}.");
        options.Write(table.ToString());
        return 0;
    }

    private static AdapterOptions QueriesAndValues() => new() { Rank = Rank, Alpha = 2 * Rank };

    private static void Own(StringBuilder table, int threads, int pairs, int steps)
    {
        (string Name, SmallDecoderStep Step)[] entries =
        [
            ("the whole model", new SmallDecoderStep(threads)),
            ("LoRA on queries and values", new SmallDecoderStep(threads, QueriesAndValues())),
            ("LoRA on every matrix", new SmallDecoderStep(threads, QueriesAndValues() with { Targets = ["all-linear"] })),
            ("DoRA on queries and values", new SmallDecoderStep(threads, QueriesAndValues() with { HasMagnitudes = true })),
            ("LoRA on queries and values of a BF16 base", new SmallDecoderStep(threads, QueriesAndValues(), FrozenFormat.BF16)),
            ("LoRA on queries and values of an NF4 base (QLoRA)", new SmallDecoderStep(threads, QueriesAndValues(), FrozenFormat.NF4DoubleQuantised)),
        ];
        var times = entries.Select(_ => new double[pairs]).ToArray();
        foreach (var entry in entries)
        {
            entry.Step.Run();
        }

        for (var pair = 0; pair < pairs; pair++)
        {
            for (var i = 0; i < entries.Length; i++)
            {
                times[i][pair] = Seconds(entries[i].Step, steps);
            }
        }

        for (var i = 0; i < entries.Length; i++)
        {
            var step = entries[i].Step;
            table.AppendLine(
                $"| {threads} | {entries[i].Name} | {step.Parameters:N0} | {Alternation.Describe(times[i].Select(time => steps * Tokens / time), "F0")} | {Alternation.Describe(times[i].Zip(times[0], (a, b) => a / b), "F2")} "
                + $"| {step.TrainingBytes / 1048576.0:F2} | {100.0 * step.TrainingBytes / entries[0].Step.TrainingBytes:F2} % | {step.WeightBytes / 1048576.0:F1} | {step.PeakBytes / 1048576.0:F0} |");
        }

        foreach (var entry in entries)
        {
            entry.Step.Dispose();
        }
    }

    private static void Against(StringBuilder table, string python, string script, int threads, int pairs, int steps)
    {
        using var ours = new SmallDecoderStep(threads, QueriesAndValues());
        using var peer = TorchPeer.TryStart(python, script, "llama", SmallDecoderStep.FeedForward, threads, out var reason, Rank);
        if (peer is null)
        {
            table.AppendLine($"| {threads} | none: {reason} | – | – | – |");
            return;
        }

        ours.Run();
        peer.Run(1);
        var (mine, theirs) = (new double[pairs], new double[pairs]);
        for (var pair = 0; pair < pairs; pair++)
        {
            mine[pair] = steps * Tokens / Seconds(ours, steps);
            theirs[pair] = steps * Tokens / peer.Run(steps);
        }

        table.AppendLine($"| {threads} | {peer.Greeting} | {Alternation.Describe(mine, "F0")} | {Alternation.Describe(theirs, "F0")} | {Alternation.Describe(mine.Zip(theirs, (a, b) => a / b), "F2")} |");
    }

    private static double Seconds(SmallDecoderStep step, int steps)
    {
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < steps; i++)
        {
            step.Run();
        }

        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }
}
