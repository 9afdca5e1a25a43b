using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Metrics.Labels;
using Gyre.Evaluation.Statistics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Judges;

public sealed class JudgeAgreementTests
{
    private static readonly LabelSet YesNo = new(["yes", "no"]);
    private static readonly ComparisonOptions Options = new() { Resamples = 1000, Seed = 2, Threads = 1 };

    /// <summary>The textbook table of 50 items: 20 both yes, 15 both no, 5 and 10 otherwise; κ = (0.7 − 0.5) / (1 − 0.5).</summary>
    [Fact]
    public void Kappa_of_the_textbook_table_is_four_tenths()
    {
        string?[] judge = [.. Repeat("yes", 20), .. Repeat("no", 5), .. Repeat("yes", 10), .. Repeat("no", 15), null];
        string?[] people = [.. Repeat("yes", 25), .. Repeat("no", 25), "yes"];
        var agreement = JudgeAgreement.Of(judge, people, YesNo, Options, cancellationToken: TestContext.Current.CancellationToken);
        (agreement.Items, agreement.Missing).ShouldBe((50L, 1L));
        agreement.Share.Number.ShouldBe(0.7);
        agreement.Kappa.Number.ShouldBe(0.4, 1e-12);
        agreement.KappaInterval!.Low.ShouldBeInRange(0.05, 0.25);
        agreement.KappaInterval.High.ShouldBeInRange(0.55, 0.75);

        // Of the same table: 1 − (2n − 1)·(disagreements) / (n_yes·n_no), with 100 ratings, 55 yes and 45 no.
        agreement.Alpha.Number.ShouldBe(1 - (99 * 15.0 / (55 * 45)), 1e-12);
    }

    [Fact]
    public void One_class_only_has_agreement_and_no_kappa()
    {
        var agreement = JudgeAgreement.Of(["yes", "yes"], ["yes", "yes"], YesNo, Options, cancellationToken: TestContext.Current.CancellationToken);
        agreement.Share.Number.ShouldBe(1);
        (agreement.Kappa.IsDefined, agreement.Alpha.IsDefined).ShouldBe((false, false));
        JudgeAgreement.Of([null], ["yes"], YesNo, Options, cancellationToken: TestContext.Current.CancellationToken).Share.IsDefined.ShouldBeFalse();
    }

    [Fact]
    public void Levels_that_are_near_count_as_near_with_weights()
    {
        var levels = new LabelSet(["1", "2", "3", "4", "5"]);
        string?[] people = ["1", "2", "3", "4", "5", "3"];
        var near = JudgeAgreement.Of(["2", "3", "3", "4", "4", "3"], people, levels, Options, KappaWeights.Quadratic, TestContext.Current.CancellationToken);
        var far = JudgeAgreement.Of(["5", "5", "3", "4", "1", "3"], people, levels, Options, KappaWeights.Quadratic, TestContext.Current.CancellationToken);
        near.Kappa.Number.ShouldBeGreaterThan(0.7);
        far.Kappa.Number.ShouldBeLessThan(0.1);
        near.Alpha.Number.ShouldBeGreaterThan(far.Alpha.Number);
    }

    [Fact]
    public void Verdicts_outside_the_classes_are_refused() =>
        Should.Throw<ArgumentException>(() => JudgeAgreement.Of(["maybe"], ["yes"], YesNo, Options, cancellationToken: TestContext.Current.CancellationToken)).Message.ShouldContain("found the verdict 'maybe'");

    private static IEnumerable<string?> Repeat(string label, int count) => Enumerable.Repeat<string?>(label, count);
}
