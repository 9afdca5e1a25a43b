using System.Text;
using Gyre.Benchmarks.Tensors;
using Gyre.Models.Architectures;
using Gyre.Models.Measurement;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Benchmarks.Models;

/// <summary>Verb <c>decode</c>: tokens per second of synthetic models, prompt and generation, as a Markdown table.</summary>
internal static class DecodeBenchmark
{
    private const int Generated = 128;

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "models", "formats", "threads", "repeats", "out");
        var repeats = options.Numbers("repeats", "5")[0];
        var table = new StringBuilder();
        table.AppendLine($"Single-stream tokens/s, synthetic weights; {repeats} repeats, median (range); {Generated} tokens generated from an empty context.");
        table.AppendLine($"Machine: {Alternation.Machine()}.");
        table.AppendLine();
        table.AppendLine("| model | format | threads | prompt 512 | prompt 128 | decode | weights read GB/s |");
        table.AppendLine("|---|---|---|---|---|---|---|");
        foreach (var model in options.Text("models", "15M,135M").Split(','))
        {
            foreach (var format in options.Text("formats", "Q8_0").Split(',').Select(Enum.Parse<ElementFormat>))
            {
                foreach (var threads in options.Numbers("threads", "1,2"))
                {
                    table.AppendLine(Measure(model, format, threads, repeats));
                }
            }
        }

        table.AppendLine();
        table.AppendLine($"Load after: {Alternation.Load()}.");
        options.Write(table.ToString());
        return 0;
    }

    private static string Measure(string model, ElementFormat format, int threads, int repeats)
    {
        var configuration = ConfigurationOf(model);
        using var team = new ThreadTeam(threads);
        using var weights = new SyntheticWeights(configuration, format);
        using var decoder = DecoderLoader.Load(weights, configuration, new DecoderOptions { Team = team });
        var speed = new DecoderSpeed(decoder, TimeProvider.System);
        var (prompt512, prompt128, decode) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i <= repeats; i++)
        {
            var figures = (speed.Measure(new SpeedTest(SpeedTestKind.Prompt, 512, 1)), speed.Measure(new SpeedTest(SpeedTestKind.Prompt, 128, 1)), speed.Measure(new SpeedTest(SpeedTestKind.Generation, Generated, 1)));
            if (i > 0)
            {
                // The first round warms up.
                prompt512.Add(figures.Item1);
                prompt128.Add(figures.Item2);
                decode.Add(figures.Item3);
            }
        }

        var gigabytes = weights.LengthBytes * Median(decode) / 1e9;
        return $"| {model} | {format} | {threads} | {Shown(prompt512)} | {Shown(prompt128)} | {Shown(decode)} | {gigabytes:F1} |";
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Shown(List<double> values) => $"{Median(values):F0} ({values.Min():F0}–{values.Max():F0})";

    internal static DecoderConfiguration ConfigurationOf(string model)
    {
        var shape = new DecoderConfiguration
        {
            Architecture = "llama",
            VocabularySize = 32_000,
            HiddenSize = 288,
            IntermediateSize = 768,
            Layers = 6,
            Heads = 6,
            KeyValueHeads = 6,
            HeadWidth = 48,
            ContextLength = 2048,
            TieEmbeddings = true,
        };
        return model switch
        {
            "15M" => shape,
            "135M" => shape with
            {
                VocabularySize = 49_152, HiddenSize = 576, IntermediateSize = 1536, Layers = 30, Heads = 9, KeyValueHeads = 3, HeadWidth = 64,
            },
            "1.1B" => shape with
            {
                HiddenSize = 2048, IntermediateSize = 5632, Layers = 22, Heads = 32, KeyValueHeads = 4, HeadWidth = 64, TieEmbeddings = false,
            },
            _ => throw new ArgumentException($"Choose a model: found '{model}', expected 15M, 135M or 1.1B.", nameof(model)),
        };
    }
}
