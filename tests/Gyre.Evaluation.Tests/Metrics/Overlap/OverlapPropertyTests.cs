using Gyre.Evaluation.Metrics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Overlap;

public sealed class OverlapPropertyTests
{
    private static readonly string[] Families = ["bleu", "rouge", "meteor", "chrf", "ter"];

    public static TheoryData<string> Names => [.. MetricCatalogue.Names.Where(name => Families.Contains(name.Split('-')[0].TrimEnd('+')))];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_text_equal_to_its_reference_has_the_best_value(string name)
    {
        var metric = MetricCatalogue.Find(name)!; // Names come from the catalogue.
        const string Text = "the quick brown fox jumps over the lazy dog near the river bank";
        var value = Measure(metric, new TextSample(Text, Text)).Number;
        if (name.StartsWith("meteor", StringComparison.Ordinal))
        {
            value.ShouldBeGreaterThan(0.999, "one chunk of 13 words takes a little away");
        }
        else if (double.IsFinite(metric.Form.Greatest) || metric.Form.Direction == ScoreDirection.LowerIsBetter)
        {
            value.ShouldBe(metric.Form.Direction == ScoreDirection.HigherIsBetter ? metric.Form.Greatest : metric.Form.Least, 1e-9);
        }

        foreach (var other in new[] { "the quick brown fox", "the quick brown fox jumps over the lazy dog near the river", "lazy dog near the river bank the quick brown fox jumps over the" })
        {
            var worse = Measure(metric, new TextSample(other, Text)).Number;
            (metric.Form.Direction == ScoreDirection.HigherIsBetter ? worse <= value + 1e-9 : worse >= value - 1e-9).ShouldBeTrue(other);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_do_not_depend_on_the_order_of_rows_nor_on_how_they_are_parted(string name)
    {
        var metric = MetricCatalogue.Find(name)!; // As above.
        var samples = OverlapGoldens.Cases.Select(item => item.Sample).Take(40).ToArray();
        var (forward, backward, halves, half) = (Total(), Total(), Total(), Total());
        for (var i = 0; i < samples.Length; i++)
        {
            var alone = Measure(metric, samples[i]);
            forward.Add(samples[i]).ShouldBe(alone);
            backward.Add(samples[^(i + 1)]);
            (i < 13 ? halves : half).Add(samples[i]);
        }

        halves.Add(half);
        backward.Value.Number.ShouldBe(forward.Value.Number, 1e-9);
        halves.Value.Number.ShouldBe(forward.Value.Number, 1e-9);
        forward.Value.Number.ShouldBeInRange(metric.Form.Least, metric.Form.Greatest);

        MetricTotal<TextSample> Total() => new(metric);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_a_reference_or_a_word_in_one_the_value_is_undefined_and_an_empty_text_has_one(string name)
    {
        var metric = MetricCatalogue.Find(name)!; // As above.
        Measure(metric, new TextSample("a", [])).Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
        Measure(metric, new TextSample("a", ["", " "])).Reason!.Cause.ShouldBe(UndefinedCause.EmptyReference);
        Measure(metric, new TextSample("", "a b c d")).Number.ShouldBe(metric.Form.Direction == ScoreDirection.HigherIsBetter ? 0 : 100);
        metric.Combine(new double[metric.Width], 0).Reason!.Cause.ShouldBe(UndefinedCause.NoSamples);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Measuring_allocates_nothing_a_row_and_several_threads_measure_alike(string name)
    {
        var metric = MetricCatalogue.Find(name)!; // As above.
        var sample = new TextSample("The quick brown foxes were jumping over a lazy dog", ["A quick brown fox jumped over the lazy dogs", "The fox jumps"]);
        var statistics = new double[metric.Width];
        var allocated = long.MaxValue;
        for (var turn = 0; turn < 40 && allocated > 0; turn++)
        {
            Thread.Sleep(turn); // Code that is not optimised yet may box.
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                metric.TryMeasure(sample, statistics, out _);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        allocated.ShouldBe(0);
        var expected = statistics.ToArray();
        Parallel.For(0, 64, _ =>
        {
            var own = new double[metric.Width];
            metric.TryMeasure(sample, own, out var reason);
            own.ShouldBe(expected);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Long_and_hostile_texts_are_measured_in_bounded_time(string name)
    {
        var metric = MetricCatalogue.Find(name)!; // As above.
        var words = string.Join(' ', Enumerable.Range(0, 15_000).Select(i => (i * 7919 % 13) + "x"));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        foreach (var text in new[] { new string('a', 50_000), new string('.', 20_000), "\ud800\udc00\ud800", string.Concat(Enumerable.Repeat("𝒳é\u0301 ", 5_000)), words })
        {
            var value = Measure(metric, new TextSample(text, [words, text + " end"]));
            (value.IsDefined || value.Reason.Detail.Length > 0).ShouldBeTrue();
        }

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
    }

    private static MetricValue Measure(IMetric<TextSample> metric, TextSample sample) => new MetricTotal<TextSample>(metric).Add(sample);
}
