using System.Text.Json;
using Gyre.Evaluation.Metrics;
using Gyre.TestSupport;

namespace Gyre.Evaluation.Tests.Metrics.Overlap;

/// <summary>Values of the reference implementations, written by goldens/overlap.py (its output names their versions).</summary>
internal static class OverlapGoldens
{
    private static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllText(Path.Combine(
        TestData.RepositoryRoot, "goldens/overlap.json"))).RootElement;

    public static IEnumerable<(TextSample Sample, JsonElement Golden)> Cases => Root.GetProperty("cases").EnumerateArray().Select(golden => (Sample(golden), golden));

    public static JsonElement Corpus => Root.GetProperty("corpus");

    public static IEnumerable<JsonElement> Tokens => Root.GetProperty("tokens").EnumerateArray();

    public static IEnumerable<JsonProperty> Stems => Root.GetProperty("stems").EnumerateObject();

    public static JsonElement SacreBleu(string part) =>
        JsonDocument.Parse(File.ReadAllText(TestData.Require("data/metric-goldens/sacrebleu-goldens.json"))).RootElement.GetProperty(part);

    /// <summary>The samples of an entry that has streams of references.</summary>
    public static TextSample[] Samples(JsonElement entry)
    {
        var streams = entry.GetProperty("refs").EnumerateArray().Select(Strings).ToArray();
        return [.. Strings(entry.GetProperty("hyps")).Select((candidate, i) => new TextSample(candidate, [.. streams.Where(stream => i < stream.Length).Select(stream => stream[i])]))];
    }

    public static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString() ?? "")];

    private static TextSample Sample(JsonElement golden) => new(golden.GetProperty("candidate").GetString() ?? "", Strings(golden.GetProperty("references")));
}
