using System.Globalization;
using System.Text;
using System.Text.Json;
using Gyre.Benchmarks.Tensors;
using Gyre.Evaluation.Metrics;

namespace Gyre.Benchmarks.Evaluation;

/// <summary>
/// Verb <c>metrics</c>: the same rows through Gyre's metrics and through NLTK's, in turn, one thread each; the values of both are compared.
/// Both begin with a row's texts. Processor time, so that what else the machine does counts less.
/// </summary>
internal static class MetricsComparison
{
    private const double LargestDifference = 1e-12;

    // NLTK takes milliseconds a row for edit distances: fewer rows there, for both.
    private static readonly (string Name, int Share)[] Metrics =
        [("bleu-nltk-method3", 1), ("meteor-tokenised-exact", 1), ("meteor-tokenised-exact-stem", 1), ("levenshtein", 10), ("jaro-winkler", 1)];

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "peer", "rows", "words", "rounds", "script", "seed", "out");
        var (rows, rounds) = (options.Numbers("rows", "10000")[0], options.Numbers("rounds", "5")[0]);
        var folder = Directory.CreateTempSubdirectory("gyre-bench-").FullName;
        try
        {
            var words = options.Numbers("words", "8,24");
            TextSample[] samples = [.. Draw(rows, (words[0], words[^1]), options.Numbers("seed", "1")[0])];
            var file = Path.Combine(folder, "rows.jsonl");
            File.WriteAllLines(file, samples.Select(sample => JsonSerializer.Serialize(new { candidate = sample.Candidate, reference = sample.References[0] })));
            using var peer = MetricsPeer.TryStart(options.Text("peer", "/usr/bin/python3"), options.Text("script", "bench/peers/metrics_nltk.py"), file, out var reason);
            if (peer is null)
            {
                Console.Error.WriteLine(reason);
                return 1;
            }

            var table = new StringBuilder();
            table.AppendLine($"Microseconds of processor time a row, one thread each, {rounds} rounds in alternation (NLTK, Gyre, NLTK, …), medians and ranges. Machine: {Alternation.Machine()}; peer: {peer.Greeting}.");
            table.AppendLine().AppendLine($"Rows of {samples.Average(sample => sample.References[0].Split(' ').Length):0.0} words and {samples.Average(sample => sample.References[0].Length):0} characters a reference, seed {options.Text("seed", "1")}.");
            table.AppendLine().AppendLine("| metric | rows | NLTK | Gyre | ratio | values |").AppendLine("|---|---|---|---|---|---|");
            foreach (var (name, share) in Metrics)
            {
                table.AppendLine(Compare(name, [.. samples.Take(Math.Max(1, rows / share))], rounds, peer, Path.Combine(folder, "values")));
            }

            table.AppendLine().AppendLine($"Load after: {Alternation.Load()}.");
            options.Write(table.ToString());
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Compare(string name, TextSample[] samples, int rounds, MetricsPeer peer, string path)
    {
        var metric = MetricCatalogue.Find(name) ?? throw new InvalidOperationException($"The catalogue has no metric '{name}'.");
        var values = new double[samples.Length];
        for (var turn = 0; turn < 20; turn++)
        {
            Measure(metric, samples, values); // Lets the compiler see what is hot.
            Thread.Sleep(100);
        }

        List<double> ours = [], theirs = [];
        for (var round = 0; round < rounds; round++)
        {
            theirs.Add(peer.Run(name, samples.Length, round == 0 ? path : ""));
            ours.Add(Repeat(metric, samples, values));
        }

        var difference = File.ReadLines(path).Select((line, i) => Math.Abs(double.Parse(line, CultureInfo.InvariantCulture) - values[i])).Max();
        var (micro, ratios) = (1e6 / samples.Length, theirs.Zip(ours, (their, our) => their / our).ToArray());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {samples.Length} | {Alternation.Describe(theirs.Select(seconds => seconds * micro), "0.0")} | {Alternation.Describe(ours.Select(seconds => seconds * micro), "0.00")} | {Alternation.Describe(ratios, "0")}× | {(difference <= LargestDifference ? $"equal to {difference:0e0}" : $"differ by {difference:0.0e0}")} |");
    }

    // Several passes, as one takes too short to time.
    private static double Repeat(IMetric<TextSample> metric, TextSample[] samples, double[] values)
    {
        var (seconds, passes) = (0.0, 0);
        for (; passes < 5 || seconds < 0.3; passes++)
        {
            seconds += Measure(metric, samples, values);
        }

        return seconds / passes;
    }

    private static double Measure(IMetric<TextSample> metric, TextSample[] samples, double[] values)
    {
        Span<double> statistics = stackalloc double[metric.Width];
        var start = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < samples.Length; i++)
        {
            values[i] = metric.TryMeasure(samples[i], statistics, out _) ? metric.Combine(statistics, 1).Number : double.NaN;
        }

        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    /// <summary>Descriptions of goods, and what a model might have written instead.</summary>
    public static IEnumerable<TextSample> Draw(int rows, (int Least, int Most) length, int seed)
    {
        string[] words =
        [
            "the", "a", "this", "soft", "lightweight", "breathable", "cotton", "linen", "woollen", "jacket", "shirts", "trousers", "dress", "dresses", "tailored", "fitted",
            "fitting", "relaxed", "collar", "sleeves", "pockets", "pocketed", "with", "and", "for", "of", "in", "made", "making", "designed", "designs", "everyday", "evening",
            "summer", "winter", "colours", "coloured", "washing", "washed", "gently", "machine", "generously", "sized", "sizes", "comfortable", "comfortably", "offers", "offering",
            "quality", "sustainable", "sustainably", "organic", "pairs", "easily", "wear", "wearing", "style", "styled", "buttons", "buttoned",
        ];
        var random = new Random(seed);
        string Word() => words[random.Next(words.Length)];
        for (var row = 0; row < rows; row++)
        {
            var reference = Enumerable.Range(0, random.Next(length.Least, length.Most + 1)).Select(_ => Word()).ToList();
            var candidate = reference.Select(word => random.Next(4) == 0 ? Word() : word).ToList();
            var cut = random.Next(candidate.Count);
            candidate = random.Next(3) == 0 ? [.. candidate[cut..], .. candidate[..cut]] : candidate;
            yield return new TextSample(string.Join(' ', candidate) + ".", string.Join(' ', reference) + ".");
        }
    }
}
