using System.Diagnostics.CodeAnalysis;
using Gyre.Evaluation.Metrics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics;

public sealed class MetricTotalTests
{
    [Fact]
    public void The_value_of_a_total_is_that_of_the_sums_and_not_a_mean_of_values()
    {
        var total = new MetricTotal<TextSample>(new VowelShare());
        total.Add(new TextSample("aaaa", [])).ShouldBe(MetricValue.Of(1));
        total.Add(new TextSample("bbbbbbbbbbbb", [])).ShouldBe(MetricValue.Of(0));
        total.Value.ShouldBe(MetricValue.Of(0.25));
        total.Count.ShouldBe(2);
    }

    [Fact]
    public void A_sample_without_a_value_is_counted_by_its_cause_and_leaves_the_sums_alone()
    {
        var total = new MetricTotal<TextSample>(new VowelShare());
        total.Add(new TextSample("ab", []));
        total.Add(new TextSample("", [])).Reason!.Cause.ShouldBe(UndefinedCause.EmptyCandidate);
        total.Value.ShouldBe(MetricValue.Of(0.5));
        total.UndefinedCounts[UndefinedCause.EmptyCandidate].ShouldBe(1);
    }

    [Fact]
    public void Totals_of_parts_join_to_the_total_of_all()
    {
        string[] texts = ["abc", "e", "", "xyz", "aei"];
        var (all, first, second) = (new MetricTotal<TextSample>(new VowelShare()), new MetricTotal<TextSample>(new VowelShare()), new MetricTotal<TextSample>(new VowelShare()));
        for (var i = 0; i < texts.Length; i++)
        {
            all.Add(new TextSample(texts[i], []));
            (i < 2 ? first : second).Add(new TextSample(texts[i], []));
        }

        first.Add(second);
        first.Value.ShouldBe(all.Value);
        first.UndefinedCounts.ShouldBe(all.UndefinedCounts);
    }

    [Fact]
    public void Without_samples_the_value_is_undefined_and_its_number_cannot_be_read()
    {
        var value = new MetricTotal<TextSample>(new VowelShare()).Value;
        value.IsDefined.ShouldBeFalse();
        value.Reason!.Cause.ShouldBe(UndefinedCause.NoSamples);
        Should.Throw<InvalidOperationException>(() => value.Number);
        default(MetricValue).IsDefined.ShouldBeFalse();
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_value_is_never_NaN_or_infinite(double number) => Should.Throw<ArgumentOutOfRangeException>(() => MetricValue.Of(number));

    private sealed class VowelShare : IMetric<TextSample>
    {
        public string Name => "vowels";

        public MetricForm Form { get; } = MetricForm.Share("this test");

        public int Width => 2;

        public bool TryMeasure(TextSample sample, Span<double> destination, [NotNullWhen(false)] out Undefined? reason)
        {
            (destination[0], destination[1]) = (sample.Candidate.Count("aeiou".Contains), sample.Candidate.Length);
            reason = sample.Candidate.Length == 0 ? new Undefined(UndefinedCause.EmptyCandidate, "the candidate is empty") : null;
            return reason is null;
        }

        public MetricValue Combine(ReadOnlySpan<double> sums, long count) => MetricValue.Ratio(sums[0], sums[1], "no characters");
    }
}
