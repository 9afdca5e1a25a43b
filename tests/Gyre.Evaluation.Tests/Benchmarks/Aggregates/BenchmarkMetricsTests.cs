using Gyre.Evaluation.Benchmarks;
using Gyre.Evaluation.Benchmarks.Aggregates;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Tests.Benchmarks.Aggregates;

/// <summary>Expected values are worked out by hand beside each case.</summary>
public sealed class BenchmarkMetricsTests
{
    [Fact]
    public void A_mean_over_subjects_counts_every_subject_the_same()
    {
        BenchmarkOutcome[] outcomes = [Chosen("1", "a", 0, 0), Chosen("2", "a", 1, 0), Chosen("3", "a", 1, 0), Chosen("4", "b", 0, 0)];

        Value("accuracy", outcomes).Number.ShouldBe(0.5);
        Value("accuracy", outcomes, isMacro: true).Number.ShouldBe(((1 / 3.0) + 1) / 2, 1e-12);
    }

    /// <summary>Sums prefer the short answer (−4), tokens the long one (−6/4), characters the long one (−6/20), the difference the third.</summary>
    [Fact]
    public void Lengths_change_what_is_chosen()
    {
        var outcome = new BenchmarkOutcome
        {
            Id = "1",
            Right = 1,
            Chosen = 0,
            Choices =
            [
                new(-4, 1, 4, 4, -3, "", false),
                new(-6, 4, 20, 30, -6, "", true),
                new(-7, 1, 3, 3, -12, "", false),
            ],
        };

        Value("accuracy", [outcome]).Number.ShouldBe(0);
        Value("accuracy-token", [outcome]).Number.ShouldBe(1);
        Value("accuracy-character", [outcome]).Number.ShouldBe(1);
        Value("accuracy-byte", [outcome]).Number.ShouldBe(1);
        Value("accuracy-unconditional", [outcome]).Number.ShouldBe(0);
    }

    /// <summary>Probabilities .5, .25, .25 with the first and the last right: .75 of them all, .5 of the first.</summary>
    [Fact]
    public void Several_true_answers_share_the_probability()
    {
        var outcome = new BenchmarkOutcome
        {
            Id = "1",
            Right = 0,
            Chosen = 0,
            Choices = [new(Math.Log(.5), 1, 1, 1, null, "", true), new(Math.Log(.25), 1, 1, 1, null, "", false), new(Math.Log(.25), 1, 1, 1, null, "", true)],
        };

        Value("mc2", [outcome]).Number.ShouldBe(.75, 1e-12);
        Value("choice-probability", [outcome]).Number.ShouldBe(.5, 1e-12);
        Value("calibration-error", [outcome]).Number.ShouldBe(.5, 1e-12);
    }

    /// <summary>Two true positives, one false, one missed: precision and recall 2/3.</summary>
    [Fact]
    public void Classes_are_the_places_of_the_answers()
    {
        BenchmarkOutcome[] outcomes = [Chosen("1", "", 1, 1), Chosen("2", "", 1, 1), Chosen("3", "", 1, 0), Chosen("4", "", 0, 1), Chosen("5", "", 0, 0)];

        Value("f1", outcomes).Number.ShouldBe(2 / 3.0, 1e-12);
        Value("mcc", outcomes).Number.ShouldBe(((2 * 1) - (1 * 1)) / Math.Sqrt(3 * 3 * 2 * 2), 1e-12);
    }

    /// <summary>x 1 2 3 4, y 1 3 2 4: r = .8 and ρ = .8; with y 1 9 4 16 r differs and ρ stays.</summary>
    [Fact]
    public void Correlations_of_numbers_and_of_ranks()
    {
        BenchmarkOutcome[] linear = [Number("1", 1, 1), Number("2", 2, 3), Number("3", 3, 2), Number("4", 4, 4)];
        BenchmarkOutcome[] squared = [Number("1", 1, 1), Number("2", 2, 9), Number("3", 3, 4), Number("4", 4, 16)];

        Value("pearson", linear).Number.ShouldBe(.8, 1e-12);
        Value("spearman", linear).Number.ShouldBe(.8, 1e-12);
        Value("spearman", squared).Number.ShouldBe(.8, 1e-12);
        Value("pearson", squared).Number.ShouldBe(20 / Math.Sqrt(5 * 129), 1e-12);
        Value("pearson", [Number("1", 1, 1), Number("2", 1, 2)]).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
    }

    /// <summary>
    /// Four items with facts name 3 groups, 2 of them biased: s_DIS = 2·2/3 − 1 = 1/3. Two without: one "unknown", one biased:
    /// accuracy 1/2, s = 1, s_AMB = 1/2.
    /// </summary>
    [Fact]
    public void Bias_in_questions_is_that_of_the_paper()
    {
        BenchmarkOutcome[] outcomes =
        [
            Question("1", "disambig", "neg", chosen: 0, right: 0), // names the target in an unkind question: biased
            Question("2", "disambig", "nonneg", chosen: 1, right: 0), // names the other in a kind one: biased
            Question("3", "disambig", "neg", chosen: 1, right: 1), // names the other in an unkind one
            Question("4", "disambig", "neg", chosen: 2, right: 1), // names none
            Question("5", "ambig", "neg", chosen: 2, right: 2),
            Question("6", "ambig", "neg", chosen: 0, right: 2),
        ];

        Value("bbq-bias-disambiguated", outcomes).Number.ShouldBe(1 / 3.0, 1e-12);
        Value("bbq-bias-ambiguous", outcomes).Number.ShouldBe(.5, 1e-12);
        Value("bbq-accuracy-disambiguated", outcomes).Number.ShouldBe(.5);
        Value("bbq-accuracy-ambiguous", outcomes).Number.ShouldBe(.5);
        Value("bbq-bias-disambiguated", outcomes[3..4]).IsDefined.ShouldBeFalse();
        Value("bbq-bias-ambiguous", outcomes[4..5]).Number.ShouldBe(0);
    }

    /// <summary>Sense preferred 3 times of 4: lms 75; stereotypes once of 2: ss 50; icat 75·50/50.</summary>
    [Fact]
    public void Stereotypes_against_sense()
    {
        BenchmarkOutcome[] outcomes = [Sentences("1", -1, -2, -3), Sentences("2", -3, -1, -2)];

        Value("stereoset-lms", outcomes).Number.ShouldBe(75);
        Value("stereoset-ss", outcomes).Number.ShouldBe(50);
        Value("stereoset-icat", outcomes).Number.ShouldBe(75);
    }

    /// <summary>Term t: lms (1+2)/4, ss 1/2 of two items; term u: lms 0, ss 0 of one. Means 37.5 and 25, icat 37.5·25/50; over items they would be 50 and 33.3.</summary>
    [Fact]
    public void Terms_count_the_same_and_equal_sentences_are_no_preference()
    {
        BenchmarkOutcome[] outcomes =
        [
            Sentences("1", -1, -3, -2) with { Group = "t" },
            Sentences("2", -2, -1, -3) with { Group = "t" },
            Sentences("3", -1, -1, -1) with { Group = "u" },
        ];

        Value("stereoset-lms", outcomes).Number.ShouldBe(37.5);
        Value("stereoset-ss", outcomes).Number.ShouldBe(25);
        Value("stereoset-icat", outcomes).Number.ShouldBe(18.75);
    }

    [Fact]
    public void A_skill_is_the_mean_over_the_items_that_want_it()
    {
        BenchmarkOutcome[] outcomes = [Rated("1", ("skill/readability", 4)), Rated("2", ("skill/readability", 1)), Rated("3", ("skill/factuality", 5))];

        Value("skill/readability", outcomes).Number.ShouldBe(2.5);
        Value("skill/factuality", outcomes).Number.ShouldBe(5);
        Value("skill/conciseness", outcomes).IsDefined.ShouldBeFalse();

        static BenchmarkOutcome Rated(string id, (string Name, double Value) rating) => new() { Id = id, Values = new Dictionary<string, double> { [rating.Name] = rating.Value } };
    }

    [Fact]
    public void A_group_is_right_when_all_of_it_is()
    {
        BenchmarkOutcome[] outcomes = [Chosen("1", "", 1, 1) with { Group = "a" }, Chosen("2", "", 0, 1) with { Group = "a" }, Chosen("3", "", 0, 0) with { Group = "b" }];

        Value("group-exact-match", outcomes).Number.ShouldBe(.5);
    }

    [Fact]
    public void Every_metric_of_items_without_results_is_undefined_and_never_a_number()
    {
        BenchmarkOutcome[] outcomes = [new() { Id = "1", Reason = new Undefined(UndefinedCause.TooLarge, "too long") }];

        BenchmarkMetrics.Names.ShouldAllBe(name => !Value(name, outcomes).IsDefined);
        BenchmarkMetrics.Names.ShouldAllBe(name => !Value(name, Array.Empty<BenchmarkOutcome>()).IsDefined);
    }

    private static MetricValue Value(string name, BenchmarkOutcome[] outcomes, bool isMacro = false)
    {
        var total = new MetricTotal<BenchmarkOutcome>(BenchmarkMetrics.Create(new BenchmarkMeasure(name, ScoreDirection.HigherIsBetter, isMacro), outcomes));
        foreach (var outcome in outcomes)
        {
            total.Add(outcome);
        }

        return total.Value;
    }

    private static BenchmarkOutcome Chosen(string id, string subject, int chosen, int right) => new() { Id = id, Subject = subject, Chosen = chosen, Right = right };

    private static BenchmarkOutcome Number(string id, double found, double wanted) =>
        new() { Id = id, Values = new Dictionary<string, double> { ["number"] = found, ["number-wanted"] = wanted } };

    private static BenchmarkOutcome Question(string id, string condition, string polarity, int chosen, int right) => new()
    {
        Id = id,
        Chosen = chosen,
        Right = right,
        Tags = new Dictionary<string, string> { ["condition"] = condition, ["polarity"] = polarity, ["target"] = "old", ["group.0"] = "old", ["group.1"] = "nonOld", ["group.2"] = "unknown" },
    };

    private static BenchmarkOutcome Sentences(string id, double stereotype, double opposite, double unrelated) => new()
    {
        Id = id,
        Choices =
        [
            new(stereotype, 1, 1, 1, null, "stereotype", false),
            new(opposite, 1, 1, 1, null, "anti-stereotype", false),
            new(unrelated, 1, 1, 1, null, "unrelated", false),
        ],
    };
}
