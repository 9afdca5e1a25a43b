using System.Globalization;
using System.Text;
using Gyre.Evaluation.Statistics;
using Gyre.Training.Quantization;

namespace Gyre.Training.Compression.Measurement;

/// <summary>Puts the figures of two models into rows, and rows into Markdown.</summary>
internal static class ComparisonTable
{
    public static IEnumerable<ComparisonRow> Sizes(ModelSize before, ModelSize after)
    {
        yield return new("weights on disk", Bytes(before.WeightBytes), Bytes(after.WeightBytes), Ratio(after.WeightBytes, before.WeightBytes));
        yield return new("the same, deflated", Bytes(before.DeflatedBytes), Bytes(after.DeflatedBytes), Ratio(after.DeflatedBytes, before.DeflatedBytes));
        yield return new("parameters", Count(before.Parameters), Count(after.Parameters), Ratio(after.Parameters, before.Parameters));
        yield return new("of them not zero", Count(before.NonZero), Count(after.NonZero), Ratio(after.NonZero, before.NonZero));
    }

    public static IEnumerable<ComparisonRow> Speeds(SpeedComparison speed)
    {
        yield return new($"read {speed.PromptTokens}, tokens/s", Rate(speed.PromptBefore), Rate(speed.PromptAfter), Ratio(speed.PromptAfter, speed.PromptBefore));
        yield return new($"write {speed.GeneratedTokens}, tokens/s", Rate(speed.GenerateBefore), Rate(speed.GenerateAfter), Ratio(speed.GenerateAfter, speed.GenerateBefore));
    }

    public static IEnumerable<ComparisonRow> Qualities(QualityComparison quality)
    {
        yield return new(
            $"perplexity of {quality.Tokens:N0} held-out tokens",
            Perplexity(quality.PerplexityBefore, quality.BeforeInterval),
            Perplexity(quality.PerplexityAfter, quality.AfterInterval),
            $"{Difference(quality.Difference, quality.DifferenceInterval)} nats a token");
    }

    public static string Markdown(string before, string after, IEnumerable<ComparisonRow> rows)
    {
        var text = new StringBuilder($"| | {before} | {after} | change |\n|---|---:|---:|---|\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Before} | {row.After} | {row.Change} |\n");
        }

        return text.ToString();
    }

    /// <summary>A difference with its sign and its interval.</summary>
    public static string Difference(double difference, Interval? interval) => interval is null
        ? string.Create(CultureInfo.InvariantCulture, $"{difference:+0.0000;-0.0000}")
        : string.Create(CultureInfo.InvariantCulture, $"{difference:+0.0000;-0.0000} [{interval.Low:+0.0000;-0.0000}, {interval.High:+0.0000;-0.0000}]");

    private static string Perplexity(double value, Interval? nats) => nats is null
        ? value.ToString("0.000", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{value:0.000} [{Math.Exp(nats.Low):0.000}, {Math.Exp(nats.High):0.000}]");

    private static string Ratio(double after, double before) => before == 0 ? "" : "×" + (after / before).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Rate(double value) => value.ToString(value < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    private static string Bytes(long bytes) => bytes < 1 << 20
        ? (bytes / 1024.0).ToString("0.0", CultureInfo.InvariantCulture) + " KiB"
        : (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture) + " MiB";
}
