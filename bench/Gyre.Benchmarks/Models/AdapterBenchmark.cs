using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gyre.Benchmarks.Tensors;
using Gyre.Contracts;
using Gyre.Models.Adapters;
using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Engine;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Benchmarks.Models;

/// <summary>Verb <c>adapters</c>: streams that draw on many adapters against the same streams on one and on none, alternating.</summary>
internal static class AdapterBenchmark
{
    private const int Prompt = 16;

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "model", "format", "threads", "streams", "adapters", "rank", "pairs", "tokens", "out");
        var model = options.Text("model", "135M");
        var format = Enum.Parse<ElementFormat>(options.Text("format", "Q8_0"));
        var threads = options.Numbers("threads", "2")[0];
        var streams = options.Numbers("streams", "32")[0];
        var count = options.Numbers("adapters", "100")[0];
        var rank = options.Numbers("rank", "8")[0];
        var pairs = options.Numbers("pairs", "7")[0];
        var tokens = options.Numbers("tokens", "12")[0];
        var configuration = DecodeBenchmark.ConfigurationOf(model);
        using var team = new ThreadTeam(threads);
        using var weights = new SyntheticWeights(configuration, format);
        using var decoder = (EngineDecoder)DecoderLoader.Load(
            weights, configuration, new DecoderOptions { Team = team, CacheBytes = 1L << 30, AdapterBytes = 4L << 30, MaxAdapters = count });
        for (var number = 0; number < count; number++)
        {
            using var tensors = new SyntheticAdapter(configuration, rank, number);
            using var adapter = new PeftAdapter(SyntheticAdapter.ConfigurationOf(rank), tensors, "synthetic");
            decoder.LoadAdapter(NameOf(number), adapter);
        }

        var bytes = ((4L << 30) - decoder.FreeAdapterBytes) / count;
        var random = new SeededRandom(5);
        var (none, one, many) = (new List<double>(), new List<double>(), new List<double>());
        for (var pair = 0; pair <= pairs; pair++)
        {
            var drawn = Enumerable.Range(0, streams).Select(_ => NameOf(random.NextInt32(count))).ToArray();
            var times = (
                Measure(decoder, new string?[streams], tokens),
                Measure(decoder, [.. drawn.Select(_ => drawn[0])], tokens),
                Measure(decoder, drawn, tokens));
            if (pair > 0)
            {
                // The first round warms up.
                none.Add(times.Item1);
                one.Add(times.Item2);
                many.Add(times.Item3);
            }
        }

        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"{streams} streams of {model} {format}, {threads} threads, {count} adapters of rank {rank} on all seven matrices ({bytes / 1e6:F1} MB each); {pairs} alternating rounds of {tokens} tokens a stream, median (range).");
        table.AppendLine($"Machine: {Alternation.Machine()}; after:  {Alternation.Load()}.");
        table.AppendLine();
        table.AppendLine("| adapters | ms per step | against one |");
        table.AppendLine("|---|---|---|");
        table.AppendLine($"| none | {Shown(none)} | {Ratio(none, one)} |");
        table.AppendLine($"| one | {Shown(one)} | 1 |");
        table.AppendLine($"| drawn from {count} | {Shown(many)} | {Ratio(many, one)} |");
        options.Write(table.ToString());
        return 0;
    }

    private static string NameOf(int number) => "a" + number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Milliseconds for a token of every stream.</summary>
    private static double Measure(EngineDecoder decoder, string?[] adapters, int tokens)
    {
        var sessions = adapters.Select(adapter => decoder.CreateSession(Prompt + tokens, adapter)).ToArray();
        try
        {
            var batch = new DecoderBatch();
            Step(decoder, batch, sessions, [.. Enumerable.Range(0, Prompt).Select(i => 1 + (i * 37))], LogitRows.None, single: true);
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < tokens; i++)
            {
                Step(decoder, batch, sessions, [i + 5], LogitRows.Last, single: false);
            }

            return Stopwatch.GetElapsedTime(start).TotalMilliseconds / tokens;
        }
        finally
        {
            foreach (var session in sessions)
            {
                session.Dispose();
            }
        }
    }

    private static void Step(EngineDecoder decoder, DecoderBatch batch, IDecoderSession[] sessions, int[] tokens, LogitRows wanted, bool single)
    {
        batch.Clear();
        foreach (var session in sessions)
        {
            batch.Add(session, tokens, wanted);
            if (single)
            {
                decoder.Forward(batch);
                batch.Clear();
            }
        }

        decoder.Forward(batch);
    }

    private static string Shown(List<double> values) =>
        string.Create(CultureInfo.InvariantCulture, $"{Median(values):F1} ({values.Min():F1}–{values.Max():F1})");

    /// <summary>The median of the rounds' ratios.</summary>
    private static string Ratio(List<double> values, List<double> against)
    {
        var ratios = values.Zip(against, (value, other) => value / other).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{Median(ratios):F2} ({ratios.Min():F2}–{ratios.Max():F2})");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
