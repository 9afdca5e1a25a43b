using System.Globalization;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Rankings;

namespace Gyre.Cli.Parity.Families;

/// <summary>Every figure of NIST's own test outputs that a metric here has.</summary>
internal sealed class TrecEvalOutputs : IParityFamily
{
    private const string Folder = "data/trec_eval-reference";

    private static readonly (string Judgements, string Results, string Expected, int RelevantFrom, int Most)[] Runs =
    [
        ("qrels.test", "results.test", "out.test.aq", 1, int.MaxValue),
        ("qrels.comment.test", "results.comment.test", "out.test.aq", 1, int.MaxValue),
        ("qrels.rel_level", "results.test", "out.test.aql", 2, int.MaxValue),
        ("qrels.test", "results.trunc", "out.test.aqc", 1, int.MaxValue),
        ("qrels.test", "results.trunc", "out.test.aqcM", 1, 100),
    ];

    public string Name => "trec-eval";

    public string Source => "NIST trec_eval, its own test outputs";

    public string Compared => "each query and the mean: MAP, geometric MAP, nDCG, precision, recall, success, bpref, reciprocal rank, interpolated precision, set measures";

    public IReadOnlyList<string> Needs => [Folder];

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        foreach (var run in Runs)
        {
            var judged = Read(input, run.Judgements, fields => int.Parse(fields[3], CultureInfo.InvariantCulture));
            var results = Read(input, run.Results, fields => double.Parse(fields[4], CultureInfo.InvariantCulture));
            var samples = judged.ToDictionary(query => query.Key, query => RankedSample.FromScores(results.GetValueOrDefault(query.Key) ?? [], query.Value, run.RelevantFrom, run.Most));
            var figures = File.ReadLines(input.At($"{Folder}/{run.Expected}"))
                .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                .Select(fields => (Fields: fields, Metric: TrecEvalNames.Find(fields[0])))
                .Where(line => line.Metric is not null)
                .Select(line => (double.Parse(line.Fields[2], CultureInfo.InvariantCulture), ValueOf(line.Metric!, line.Fields[1] == "all" ? samples.Values : [samples[line.Fields[1]]]))); // Filtered just now.
            yield return ParityRow.Group($"{run.Results} against {run.Judgements}: {run.Expected}", figures, 0.5e-4 * (1 + 1e-9));
        }
    }

    private static double ValueOf(IMetric<RankedSample> metric, IEnumerable<RankedSample> samples)
    {
        var total = new MetricTotal<RankedSample>(metric);
        foreach (var sample in samples)
        {
            total.Add(sample);
        }

        return total.Value.Number;
    }

    private static Dictionary<string, Dictionary<string, TValue>> Read<TValue>(ParityInput input, string file, Func<string[], TValue> value)
    {
        var queries = new Dictionary<string, Dictionary<string, TValue>>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(input.At($"{Folder}/{file}")).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            queries.TryAdd(fields[0], []);
            queries[fields[0]][fields[2]] = value(fields);
        }

        return queries;
    }
}
