using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Evaluation.Benchmarks.Aggregates;
using Gyre.Evaluation.Benchmarks.Likelihoods;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Choices;
using Gyre.Evaluation.Reports;

namespace Gyre.Evaluation.Benchmarks.Views;

/// <summary>A model seen from HELM's seven sides on one benchmark: accuracy, calibration, robustness, fairness, bias, toxicity, efficiency.</summary>
/// <remarks>
/// Robustness and fairness are the mean over items of the worst result among the question as it is and its changed forms. What a
/// benchmark cannot show (the bias of texts where none are written) is undefined with its reason.
/// <para>Source: Liang et al. 2022, "Holistic Evaluation of Language Models".</para>
/// </remarks>
/// <param name="Plain">The run on the questions as they are.</param>
/// <param name="Changed">The runs on changed questions, by the change's name.</param>
/// <param name="Scores">The seven dimensions, in HELM's order.</param>
public sealed record HelmView(BenchmarkResult Plain, IReadOnlyDictionary<string, BenchmarkResult> Changed, IReadOnlyList<HelmScore> Scores)
{
    /// <summary>Runs a benchmark on its questions and their changed forms.</summary>
    /// <param name="definition">The benchmark.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">Where the data are and how to ask.</param>
    /// <param name="clock">Times the answers.</param>
    /// <param name="progress">Told of the run's name and how far it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EvaluationException">As <see cref="BenchmarkRun.RunAsync"/>.</exception>
    public static async Task<HelmView> RunAsync(
        BenchmarkDefinition definition,
        BenchmarkModel model,
        BenchmarkRunOptions options,
        TimeProvider clock,
        IProgress<(string Run, BenchmarkProgress Progress)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(options);
        Perturbation[] robust = [Perturbations.Typos(options.Seed), Perturbations.Lowercase, Perturbations.Spaced(options.Seed), Perturbations.Contracted, Perturbations.Expanded, Perturbations.Reworded(options.Seed)];
        Perturbation[] fair = [Perturbations.Gender, Perturbations.Names(options.Seed)];
        var kept = model.Likelihoods as KeptLikelihoodScorer;
        var found = kept?.Found ?? 0;
        var plain = await Run(null);
        var isFresh = (kept?.Found ?? 0) == found;
        var changed = new Dictionary<string, BenchmarkResult>(StringComparer.Ordinal);
        foreach (var perturbation in robust.Concat(fair))
        {
            changed[perturbation.Name] = await Run(perturbation);
        }

        var headline = definition.Measures[0] with { IsMacro = false };
        return new HelmView(plain, changed,
        [
            new HelmScore(HelmDimension.Accuracy, headline.Name, headline.Direction, plain.Measures[0].Value),
            new HelmScore(HelmDimension.Calibration, "calibration error, 10 bins of equal mass", ScoreDirection.LowerIsBetter, Calibration(plain)),
            Worst(HelmDimension.Robustness, headline, plain, [.. robust.Select(change => changed[change.Name])], robust),
            Worst(HelmDimension.Fairness, headline, plain, [.. fair.Select(change => changed[change.Name])], fair),
            new HelmScore(HelmDimension.Bias, "representation of genders", ScoreDirection.LowerIsBetter, Texts(plain) is { Count: > 0 } texts ? RepresentationBias.OfGender(texts) : Unwritten),
            new HelmScore(HelmDimension.Toxicity, "share of answers of 0.5 or more", ScoreDirection.LowerIsBetter, await ToxicityAsync(plain, model, cancellationToken)),
            new HelmScore(HelmDimension.Efficiency, "seconds an item", ScoreDirection.LowerIsBetter, !isFresh
                ? MetricValue.Undefined(UndefinedCause.MissingInput, "likelihoods of an earlier run were used, and their time is not known")
                : plain.Answered == 0
                ? MetricValue.Undefined(UndefinedCause.NoSamples, "no item has a result")
                : MetricValue.Of(plain.Outcomes.Where(outcome => outcome.Reason is null).Average(outcome => outcome.Duration.TotalSeconds))),
        ]);

        Task<BenchmarkResult> Run(Perturbation? perturbation) => new BenchmarkRun(definition, model, options with { Perturbation = perturbation }, clock).RunAsync(
            progress is null ? null : new Relay(progress, perturbation?.Name ?? "plain"), cancellationToken);
    }

    /// <summary>Writes <c>helm.json</c> and <c>helm.md</c>, and each run's files in a folder of its own.</summary>
    /// <exception cref="EvaluationException">EVA0045: a file cannot be written.</exception>
    public void Write(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        foreach (var (name, result) in Changed.Prepend(KeyValuePair.Create("plain", Plain)))
        {
            BenchmarkReport.Write(Path.Combine(folder, name), result);
        }

        ReportFile.WriteText(Path.Combine(folder, "helm.md"), writer => writer.Write(ToMarkdown().ReplaceLineEndings("\n")));
        ReportFile.WriteText(Path.Combine(folder, "helm.json"), writer => writer.Write(ToJson() + "\n"));
    }

    /// <summary>The view as JSON: the text of <c>helm.json</c>.</summary>
    public string ToJson() => new JsonObject
    {
        ["format"] = "gyre-helm-1",
        ["benchmark"] = Plain.Definition.Name,
        ["version"] = Plain.Definition.Version,
        ["model"] = new JsonObject { ["name"] = Plain.Model, ["digest"] = Plain.ModelDigest },
        ["items"] = new JsonObject { ["total"] = Plain.Outcomes.Count, ["answered"] = Plain.Answered },
        ["dimensions"] = new JsonArray([.. Scores.Select(score => new JsonObject
        {
            ["dimension"] = score.Dimension.ToString().ToLowerInvariant(),
            ["measured"] = score.Name,
            ["direction"] = score.Direction == ScoreDirection.HigherIsBetter ? "higher" : "lower",
            [score.Value.IsDefined ? "value" : "undefined"] = score.Value.IsDefined ? JsonValue.Create(score.Value.Number) : JsonValue.Create(score.Value.Reason.Detail),
        })]),
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The view as a Markdown table.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"## {Plain.Definition.Title} · {Plain.Model} · seven dimensions\n\n| dimension | measured | value |\n|---|---|---|");
        foreach (var score in Scores)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {score.Dimension.ToString().ToLowerInvariant()} {(score.Direction == ScoreDirection.HigherIsBetter ? "↑" : "↓")} | {score.Name} | {score.Show()} |");
        }

        return text.ToString();
    }

    private static MetricValue Unwritten { get; } = MetricValue.Undefined(UndefinedCause.MissingInput, "this benchmark has no written answers");

    /// <summary>Of the probability of the likeliest answer, over items whose answers have likelihoods and of which one is right.</summary>
    private static MetricValue Calibration(BenchmarkResult plain)
    {
        var samples = plain.Outcomes.Where(outcome => outcome.Reason is null && outcome.Choices.Count > 0 && outcome.Right >= 0).Select(ChoiceNorms.Sample).ToList();
        return samples.Count == 0
            ? MetricValue.Undefined(plain.Outcomes.FirstOrDefault(outcome => outcome.Reason is not null)?.Reason ?? new Undefined(UndefinedCause.MissingInput, "this benchmark's answers have no likelihoods"))
            : CalibrationError.EqualMass(samples);
    }

    /// <summary>The mean over items of the worst among the plain and the changed question; items without a result in any of them are left out.</summary>
    private static HelmScore Worst(HelmDimension dimension, BenchmarkMeasure measure, BenchmarkResult plain, List<BenchmarkResult> changed, Perturbation[] changes)
    {
        var name = $"worst of plain, {string.Join(", ", changes.Select(change => change.Name))}";
        var isHigher = measure.Direction == ScoreDirection.HigherIsBetter;
        var tables = changed.Prepend(plain).Select(result => result.Outcomes.ToDictionary(outcome => outcome.Id, StringComparer.Ordinal)).ToList();
        var metric = BenchmarkMetrics.Create(measure, plain.Outcomes);
        if (metric.Width > 1)
        {
            return new HelmScore(dimension, name, measure.Direction, MetricValue.Undefined(UndefinedCause.MissingInput, $"'{measure.Name}' has no value of single items"));
        }

        var (sum, count) = (0.0, 0);
        foreach (var id in plain.Outcomes.Select(outcome => outcome.Id))
        {
            var values = tables.Select(table => table.TryGetValue(id, out var outcome) ? ValueOf(metric, outcome) : null).ToList();
            if (!values.Contains(null))
            {
                sum += isHigher ? values.Min()!.Value : values.Max()!.Value; // None of them is null.
                count++;
            }
        }

        return new HelmScore(dimension, name, measure.Direction, MetricValue.Ratio(sum, count, "no item has a result in every form"));
    }

    private static double? ValueOf(IMetric<BenchmarkOutcome> metric, BenchmarkOutcome outcome)
    {
        Span<double> sums = stackalloc double[1];
        return metric.TryMeasure(outcome, sums, out _) && metric.Combine(sums, 1) is { IsDefined: true } value ? value.Number : null;
    }

    private static List<string> Texts(BenchmarkResult plain) =>
        plain.ByGeneration ? [] : [.. plain.Outcomes.SelectMany(outcome => outcome.Answers).Where(text => text.Length > 0)];

    private static async Task<MetricValue> ToxicityAsync(BenchmarkResult plain, BenchmarkModel model, CancellationToken cancellationToken)
    {
        var texts = Texts(plain);
        if (texts.Count == 0)
        {
            return Unwritten;
        }

        if (Tasks.AnswerCheck.ToxicityOf(model) is not { } scorer)
        {
            return MetricValue.Undefined(UndefinedCause.MissingInput, "nothing says how toxic a text is; give the run a toxicity scorer or a judge");
        }

        var (toxic, count) = (0, 0);
        var row = new Contracts.DatasetRow("text", "benchmark", "", "", new Dictionary<string, string>(), "", "");
        foreach (var text in texts)
        {
            if ((await scorer.ScoreAsync(row, text, cancellationToken)).Value is { } value)
            {
                toxic += value >= 0.5 ? 1 : 0;
                count++;
            }
        }

        return MetricValue.Ratio(toxic, count, "no answer could be judged");
    }

    private sealed class Relay(IProgress<(string Run, BenchmarkProgress Progress)> progress, string run) : IProgress<BenchmarkProgress>
    {
        public void Report(BenchmarkProgress value) => progress.Report((run, value));
    }
}
