using System.Globalization;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Rankings;
using Gyre.TestSupport;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Rankings;

/// <summary>Every figure of NIST's own test outputs that one of our metrics has: each query's and the mean.</summary>
public sealed class TrecEvalTests
{
    private const string Folder = "data/trec_eval-reference";

    [Theory]
    [InlineData("qrels.test", "results.test", "out.test.aq", 1, int.MaxValue, 237)]
    [InlineData("qrels.comment.test", "results.comment.test", "out.test.aq", 1, int.MaxValue, 237)]
    [InlineData("qrels.rel_level", "results.test", "out.test.aql", 2, int.MaxValue, 237)]
    [InlineData("qrels.test", "results.trunc", "out.test.aqc", 1, int.MaxValue, 178)]
    [InlineData("qrels.test", "results.trunc", "out.test.aqcM", 1, 100, 178)]
    public void Every_figure_agrees_to_its_digits(string judgements, string results, string expected, int relevantFrom, int most, int figures)
    {
        var judged = Read(judgements, (fields, query) => query[fields[2]] = int.Parse(fields[3], CultureInfo.InvariantCulture), new Dictionary<string, Dictionary<string, int>>());
        var runs = Read(results, (fields, query) => query[fields[2]] = double.Parse(fields[4], CultureInfo.InvariantCulture), new Dictionary<string, Dictionary<string, double>>());
        var samples = judged.ToDictionary(
            query => query.Key,
            query => RankedSample.FromScores(runs.GetValueOrDefault(query.Key) ?? [], query.Value, relevantFrom, most));
        var (compared, differences) = (0, new List<string>());
        foreach (var line in File.ReadLines(TestData.Require($"{Folder}/{expected}")))
        {
            var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (TrecEvalNames.Find(fields[0]) is not { } metric)
            {
                continue;
            }

            var value = metric.Of(fields[1] == "all" ? samples.Values : [samples[fields[1]]]);
            compared++;
            if (value.Number.ToString("0.0000", CultureInfo.InvariantCulture) != fields[2])
            {
                differences.Add($"{line}: {value}");
            }
        }

        differences.ShouldBeEmpty();
        compared.ShouldBe(figures);
    }

    private static Dictionary<string, Dictionary<string, TValue>> Read<TValue>(string file, Action<string[], Dictionary<string, TValue>> add, Dictionary<string, Dictionary<string, TValue>> queries)
    {
        foreach (var line in File.ReadLines(TestData.Require($"{Folder}/{file}")).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (!queries.TryGetValue(fields[0], out var query))
            {
                queries.Add(fields[0], query = []);
            }

            add(fields, query);
        }

        return queries;
    }
}
