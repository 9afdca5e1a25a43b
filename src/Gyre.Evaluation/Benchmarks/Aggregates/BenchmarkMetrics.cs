using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Choices;
using Gyre.Evaluation.Metrics.Labels;

namespace Gyre.Evaluation.Benchmarks.Aggregates;

/// <summary>The numbers that benchmarks can report. A new one is its own function and a line here.</summary>
public static class BenchmarkMetrics
{
    /// <summary>What names of single skills begin with.</summary>
    internal const string SkillPrefix = "skill/";

    private const int MostClasses = 100;
    private static readonly string[] NoSubjects = [];

    private static readonly Dictionary<string, Func<IReadOnlyList<BenchmarkOutcome>, IMetric<BenchmarkOutcome>>> Known = Index(
    [
        Chosen("accuracy", "the likeliest answer is right, or the one that was named", outcome => outcome.Chosen),
        Scored("accuracy-token", "log-likelihood divided by tokens", choice => choice.LogLikelihood / Math.Max(1, choice.Tokens)),
        Scored("accuracy-character", "log-likelihood divided by Unicode characters", choice => choice.LogLikelihood / Math.Max(1, choice.Characters)),
        Scored("accuracy-byte", "log-likelihood divided by bytes", choice => choice.LogLikelihood / Math.Max(1, choice.Bytes)),
        Scored("accuracy-unconditional", "log-likelihood less that without the question (Brown et al. 2020)", choice => choice.LogLikelihood - (choice.Unconditional ?? 0), choice => choice.Unconditional is null),
        Mean("choice-probability", MetricForm.Share("the right answer's share of the answers' probability"), outcome => Share(outcome, choices: 1)),
        Mean("mc2", MetricForm.Share("Lin et al. 2022: the true answers' share of the answers' probability"), outcome => Share(outcome, choices: int.MaxValue)),
        Choice(CalibrationError.EqualWidth(), "calibration-error"),
        Choice(ChoiceMetrics.Brier, "brier"),
        Value("exact-match", higher: true, "the answer is a wanted one"),
        Value("f1-squad", higher: true, "Rajpurkar et al. 2016"),
        Value("truthful", higher: true, "the answer shares more words with a true answer than with any false one"),
        Value("pass@1", higher: true, "Chen et al. 2021"),
        Value("pass@10", higher: true, "Chen et al. 2021"),
        Value("pass@100", higher: true, "Chen et al. 2021"),
        Value("toxicity-maximum", higher: false, "Gehman et al. 2020: expected maximum over an item's answers"),
        Value("toxicity-any", higher: false, "Gehman et al. 2020: probability of an answer of 0.5 or more"),
        Value("toxicity", higher: false, "mean over all answers"),
        Labelled("f1", MetricForm.Share("scikit-learn f1_score of class 1"), labels => LabelMetrics.OfClass(labels, LabelMeasure.F1, "1")),
        Labelled("f1-macro", MetricForm.Share("scikit-learn f1_score macro"), labels => LabelMetrics.Average(labels, LabelMeasure.F1, LabelAverage.Macro, ZeroDivision.Zero)),
        Labelled("mcc", new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, -1, 1, "scikit-learn matthews_corrcoef"), LabelMetrics.Mcc),
        Plain(Correlations.Pearson),
        Ranked("spearman"),
        Plain(InstructionShares.Make("prompt-strict", ofPrompts: true, "followed-strict")),
        Plain(InstructionShares.Make("prompt-loose", ofPrompts: true, "followed-loose")),
        Plain(InstructionShares.Make("instruction-strict", ofPrompts: false, "followed-strict")),
        Plain(InstructionShares.Make("instruction-loose", ofPrompts: false, "followed-loose")),
        Plain(BbqScores.AccuracyAmbiguous),
        Plain(BbqScores.AccuracyDisambiguated),
        Plain(BbqScores.BiasDisambiguated),
        Plain(BbqScores.BiasAmbiguous),
        StereoSetScores.LanguageModelling,
        StereoSetScores.Stereotype,
        StereoSetScores.Ideal,
        Value("call-accuracy", higher: true, "Li et al. 2023: the call names the API and has its arguments"),
        Value("call-name", higher: true, "the call names the API"),
        Rating("skill", "Ye et al. 2024: mean of the item's skills"),
        Plain(RefusalShares.OfSafe),
        Plain(RefusalShares.OfUnsafe),
        Grouped("group-exact-match"),
    ]);

    /// <summary>Every name, in the order of registration.</summary>
    /// <remarks>Beside these, <c>skill/NAME</c> is the mean rating of one skill.</remarks>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys];

    /// <summary>What a number means, or null for an unknown name.</summary>
    public static MetricForm? FormOf(string name) => Find(name)?.Invoke([]).Form;

    /// <summary>The metric for given outcomes: its classes, ranks and subjects are theirs.</summary>
    internal static IMetric<BenchmarkOutcome> Create(BenchmarkMeasure measure, IReadOnlyList<BenchmarkOutcome> outcomes)
    {
        // Definitions are checked for their metrics' names.
        var metric = Find(measure.Name)!(outcomes);
        string[] subjects = measure.IsMacro ? [.. outcomes.Select(outcome => outcome.Subject).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] : NoSubjects;
        return measure.IsMacro ? new SubjectMean(metric, subjects) : metric;
    }

    /// <summary>A value that the outcome carries under a name.</summary>
    internal static bool TryValue(BenchmarkOutcome outcome, string name, out double value, out Undefined? reason)
    {
        reason = outcome.Reason ?? (outcome.Values.ContainsKey(name) ? null : new Undefined(UndefinedCause.MissingInput, $"the item has no '{name}': too few samples, or another check"));
        value = reason is null ? outcome.Values[name] : 0;
        return reason is null;
    }

    private static Func<IReadOnlyList<BenchmarkOutcome>, IMetric<BenchmarkOutcome>>? Find(string name) =>
        Known.GetValueOrDefault(name) ?? (name.StartsWith(SkillPrefix, StringComparison.Ordinal) && name.Length > SkillPrefix.Length ? Rating(name, "Ye et al. 2024: mean rating of the skill, 1 to 5, over the items that want it") : null);

    private static Func<IReadOnlyList<BenchmarkOutcome>, IMetric<BenchmarkOutcome>> Rating(string name, string source) => Mean(
        name,
        new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, 1, 5, source),
        outcome => TryValue(outcome, name, out var value, out var reason) ? MetricValue.Of(value) : MetricValue.Undefined(reason!)); // A missing value has a reason.

    private static Dictionary<string, Func<IReadOnlyList<BenchmarkOutcome>, IMetric<BenchmarkOutcome>>> Index(
        Func<IReadOnlyList<BenchmarkOutcome>, IMetric<BenchmarkOutcome>>[] makers) => makers.ToDictionary(make => make([]).Name, StringComparer.Ordinal);

    private static Func<IReadOnlyList<BenchmarkOutcome>, IMetric<BenchmarkOutcome>> Plain(IMetric<BenchmarkOutcome> metric) => _ => metric;

    private static Func<IReadOnlyList<BenchmarkOutcome>, IMetric<BenchmarkOutcome>> Mean(string name, MetricForm form, Func<BenchmarkOutcome, MetricValue> value) =>
        Plain(new MeanMetric<BenchmarkOutcome>(name, form, value));

    private static Func<IReadOnlyList<BenchmarkOutcome>, IMetric<BenchmarkOutcome>> Value(string name, bool higher, string source) => Mean(
        name,
        new MetricForm(higher ? ScoreDirection.HigherIsBetter : ScoreDirection.LowerIsBetter, MetricUnit.Share, 0, 1, source),
        outcome => TryValue(outcome, name, out var value, out var reason) ? MetricValue.Of(value) : MetricValue.Undefined(reason!)); // A missing value has a reason.

    private static Func<IReadOnlyList<BenchmarkOutcome>, IMetric<BenchmarkOutcome>> Chosen(string name, string source, Func<BenchmarkOutcome, int> chosen) => Mean(
        name,
        MetricForm.Share(source),
        outcome => Fault(outcome) is { } fault ? MetricValue.Undefined(fault) : MetricValue.Of(IsRight(outcome, chosen(outcome)) ? 1 : 0));

    private static Func<IReadOnlyList<BenchmarkOutcome>, IMetric<BenchmarkOutcome>> Scored(
        string name, string source, Func<ChoiceOutcome, double> score, Func<ChoiceOutcome, bool>? isMissing = null) => Mean(
        name,
        MetricForm.Share(source),
        outcome => (Fault(outcome) ?? LikelihoodFault(outcome, isMissing)) is { } fault
            ? MetricValue.Undefined(fault)
            : MetricValue.Of(outcome.Choices[ChoiceNorms.Best(outcome.Choices, score)].IsRight ? 1 : 0));

    private static bool IsRight(BenchmarkOutcome outcome, int chosen) =>
        chosen >= 0 && (chosen < outcome.Choices.Count ? outcome.Choices[chosen].IsRight : chosen == outcome.Right);

    private static Undefined? Fault(BenchmarkOutcome outcome) =>
        outcome.Reason ?? (outcome.Right < 0 ? new Undefined(UndefinedCause.NoReference, "the item has no right answer") : null);

    private static Undefined? LikelihoodFault(BenchmarkOutcome outcome, Func<ChoiceOutcome, bool>? isMissing = null) =>
        outcome.Choices.Count == 0 || (isMissing is not null && outcome.Choices.Any(isMissing))
            ? new Undefined(UndefinedCause.MissingInput, "the item's answers have no likelihoods of this kind")
            : null;

    /// <summary>The share of the probability that the right answers have, the first ones or all.</summary>
    private static MetricValue Share(BenchmarkOutcome outcome, int choices)
    {
        if ((Fault(outcome) ?? LikelihoodFault(outcome)) is { } fault)
        {
            return MetricValue.Undefined(fault);
        }

        var shares = ChoiceNorms.Sample(outcome).Probabilities;
        var right = Enumerable.Range(0, shares.Count).Where(i => outcome.Choices[i].IsRight).Take(choices).Sum(i => shares[i]);
        return MetricValue.Of(Math.Min(1, right));
    }

    /// <summary>A metric of answers and their probabilities.</summary>
    private static Func<IReadOnlyList<BenchmarkOutcome>, IMetric<BenchmarkOutcome>> Choice(IMetric<ChoiceSample> metric, string name) => Plain(new SumsMetric<BenchmarkOutcome>(
        name,
        metric.Form,
        metric.Width,
        (outcome, sums) => Fault(outcome) ?? LikelihoodFault(outcome) ?? (metric.TryMeasure(ChoiceNorms.Sample(outcome), sums, out var reason) ? null : reason),
        metric.Combine));

    /// <summary>A metric of classes: the places of the chosen and the right answer.</summary>
    private static Func<IReadOnlyList<BenchmarkOutcome>, IMetric<BenchmarkOutcome>> Labelled(string name, MetricForm form, Func<LabelSet, IMetric<TextSample>> make) => outcomes =>
    {
        var classes = Math.Clamp(outcomes.Select(outcome => Math.Max(outcome.Choices.Count, outcome.Right + 1)).DefaultIfEmpty(2).Max(), 2, MostClasses);
        var metric = make(new LabelSet(Enumerable.Range(0, classes).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        return new SumsMetric<BenchmarkOutcome>(
            name,
            form,
            metric.Width,
            (outcome, sums) => Fault(outcome) ?? (metric.TryMeasure(new TextSample($"{outcome.Chosen}", $"{outcome.Right}"), sums, out var reason) ? null : reason),
            metric.Combine);
    };

    /// <summary>Spearman's ρ: Pearson's r of the ranks among these outcomes.</summary>
    private static Func<IReadOnlyList<BenchmarkOutcome>, IMetric<BenchmarkOutcome>> Ranked(string name) => outcomes => Correlations.Spearman(name, outcomes);

    /// <summary>The share of groups of which every item is right.</summary>
    private static Func<IReadOnlyList<BenchmarkOutcome>, IMetric<BenchmarkOutcome>> Grouped(string name) => outcomes => GroupShare.Make(name, outcomes, outcome => Fault(outcome) ?? null, outcome => IsRight(outcome, outcome.Chosen));
}
