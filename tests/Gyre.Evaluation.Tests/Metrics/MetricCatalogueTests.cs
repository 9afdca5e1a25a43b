using Gyre.Evaluation.Metrics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics;

public sealed class MetricCatalogueTests
{
    // Texts that break careless code: nothing, marks alone, halves of pairs, endless words, right-to-left, line ends.
    private static readonly string[] Hostile =
    [
        "", " ", "\n\n", "...", "\uD83D", "\uDE42\uD83D", "\0\0", "-", "####", "#### -", "9,99,999.", new string('a', 3000), string.Concat(Enumerable.Repeat("ab ", 1000)),
        "שלום עולם", "日本語。", "🙂🙃🙂", "e\u0301", "\u202E abc", "{\"a\":", "NaN", "-∞", "the", "1e999",
    ];

    [Fact]
    public void Names_are_unique_and_found()
    {
        MetricCatalogue.Names.ShouldBeUnique();
        foreach (var name in MetricCatalogue.Names)
        {
            MetricCatalogue.Find(name)!.Name.ShouldBe(name); // Every name is of a metric.
        }

        MetricCatalogue.Find("no such metric").ShouldBeNull();
    }

    [Fact]
    public void Every_metric_gives_a_number_in_its_range_or_a_reason()
    {
        foreach (var metric in MetricCatalogue.Names.Select(name => MetricCatalogue.Find(name)!)) // As above.
        {
            var total = new MetricTotal<TextSample>(metric);
            foreach (var candidate in Hostile)
            {
                foreach (var reference in Hostile)
                {
                    var value = total.Add(new TextSample(candidate, reference));
                    if (value.IsDefined)
                    {
                        value.Number.ShouldBeInRange(metric.Form.Least - 1e-9, metric.Form.Greatest + 1e-9, $"{metric.Name}: {candidate} | {reference}");
                    }
                }

                total.Add(new TextSample(candidate, []));
            }

            (total.Value.IsDefined || total.Value.Reason is not null).ShouldBeTrue();
        }
    }
}
