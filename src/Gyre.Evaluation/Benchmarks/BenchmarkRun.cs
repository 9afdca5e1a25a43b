using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Gyre.Evaluation.Benchmarks.Aggregates;
using Gyre.Evaluation.Benchmarks.Items;
using Gyre.Evaluation.Benchmarks.Tasks;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Benchmarks;

/// <summary>Runs a benchmark on a model.</summary>
/// <param name="definition">The benchmark.</param>
/// <param name="model">The model.</param>
/// <param name="options">Where the data are and how to ask.</param>
/// <param name="clock">Times the answers.</param>
/// <remarks>
/// The same seed and model give the same outcomes for any parallelism. An item that does not fit the model's context, or whose call
/// fails, has no result and is counted by its reason.
/// </remarks>
public sealed partial class BenchmarkRun(BenchmarkDefinition definition, BenchmarkModel model, BenchmarkRunOptions options, TimeProvider clock)
{
    private const string Questions = "test";

    /// <summary>Asks every item and adds up what came of it.</summary>
    /// <exception cref="EvaluationException">
    /// EVA0013: options that cannot be used, all of them. EVA0062 to EVA0065, EVA0068: the data. EVA0066: too many items failed.
    /// </exception>
    public async Task<BenchmarkResult> RunAsync(IProgress<BenchmarkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var faults = options.Faults(definition, model);
        if (faults.Count > 0)
        {
            throw new EvaluationException("EVA0013", $"Running the benchmark '{definition.Name}' failed: {string.Join("; ", faults)}. Correct the options.");
        }

        var shots = options.Shots ?? definition.Shots.Count;
        await FetchAsync(Questions, cancellationToken);
        var reader = new ItemReader(definition, options.Seed);
        var items = Take(OfSubjects(reader.Read(options.Folder, Questions)));
        var examples = shots > 0 ? await ReadExamplesAsync(reader, cancellationToken) : [];
        var prompts = new PromptWriter(definition, options.Folder, examples, shots, options.Seed);
        var start = clock.GetTimestamp();
        var outcomes = await AskAsync(items, prompts, progress, cancellationToken);
        return Sum(outcomes, shots, clock.GetElapsedTime(start)) with { Files = await BenchmarkFile.DescribeAsync(definition, options.Folder, shots > 0, cancellationToken) };
    }

    /// <summary>Adds up outcomes, of a run or read from elsewhere.</summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="shots">Examples before each question.</param>
    /// <param name="duration">How long they took.</param>
    public BenchmarkResult Sum(IReadOnlyList<BenchmarkOutcome> outcomes, int shots, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var bySubject = outcomes.GroupBy(outcome => outcome.Subject).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        var headline = definition.Measures[0] with { IsMacro = false };
        return new BenchmarkResult(
            definition, model.Name, model.Digest, shots, options.ByGeneration && definition.Task == BenchmarkTask.Choice, outcomes,
            [.. definition.Measures.Select(measure => Measure(measure, outcomes))],
            bySubject.Count < 2 ? new Dictionary<string, MeasureResult>() : bySubject.ToDictionary(group => group.Key, group => Measure(headline, [.. group]), StringComparer.Ordinal),
            outcomes.Where(outcome => outcome.Reason is not null).CountBy(outcome => Kind(outcome.Reason!)).OrderByDescending(pair => pair.Value).ToDictionary(StringComparer.Ordinal), // Filtered.
            duration)
        {
            Seed = options.Seed,
            Limit = options.Limit,
            Perturbation = options.Perturbation?.Name,
            ChosenSubjects = options.Subjects,
        };
    }

    private List<BenchmarkItem> OfSubjects(List<BenchmarkItem> items)
    {
        if (options.Subjects.Count == 0)
        {
            return items;
        }

        var known = items.Select(item => item.Subject).ToHashSet(StringComparer.Ordinal);
        var unknown = options.Subjects.Where(subject => !known.Contains(subject)).ToList();
        return unknown.Count == 0
            ? items.FindAll(item => options.Subjects.Contains(item.Subject, StringComparer.Ordinal))
            : throw new EvaluationException("EVA0013", $"Running the benchmark '{definition.Name}' failed: the subject(s) {string.Join(", ", unknown)} are not in its data; expected some of {string.Join(", ", known.Order(StringComparer.Ordinal).Take(100))}. Correct the subjects.");
    }

    /// <summary>Reasons with numbers in them are one kind.</summary>
    private static string Kind(Undefined reason) => reason.Cause == UndefinedCause.TooLarge ? "it is longer than the model's context" : Digits().Replace(reason.Detail, "N");

    private MeasureResult Measure(BenchmarkMeasure measure, IReadOnlyList<BenchmarkOutcome> outcomes)
    {
        var metric = BenchmarkMetrics.Create(measure, outcomes);
        var samples = new SampleStatistics(metric.Width);
        Undefined? reason = null;
        foreach (var outcome in outcomes)
        {
            var value = samples.Add(metric, outcome);
            reason ??= value.Reason;
        }

        var (total, interval, count) = SampleInterval.Of(samples, metric.Combine, options.Comparison);

        // When no item has a value, the first item's reason says more than that there is none.
        return new MeasureResult(measure, metric.Form, count == 0 && reason is not null ? MetricValue.Undefined(reason) : total, interval, count);
    }

    private async Task FetchAsync(string split, CancellationToken cancellationToken)
    {
        if (options.Download is { } download)
        {
            await download.FetchMissingAsync(definition, options.Folder, split, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<BenchmarkItem>> ReadExamplesAsync(ItemReader reader, CancellationToken cancellationToken)
    {
        await FetchAsync(definition.Shots.Split, cancellationToken);
        return reader.Read(options.Folder, definition.Shots.Split);
    }

    private List<BenchmarkItem> Take(List<BenchmarkItem> items)
    {
        if (options.Limit is { } limit)
        {
            items = [.. items.GroupBy(item => item.Subject).SelectMany(group => group.Take(limit))];
        }

        // Questions with lettered answers are changed as a whole where they are written.
        if (options.Perturbation is { } perturbation && !(options.ByGeneration && definition.Task == BenchmarkTask.Choice))
        {
            items.ForEach(item => item.Fields.Set("@question", perturbation.Apply(item.Fields.Find("@question") ?? "", item.Id)));
        }

        return items;
    }

    private async Task<BenchmarkOutcome[]> AskAsync(List<BenchmarkItem> items, PromptWriter prompts, IProgress<BenchmarkProgress>? progress, CancellationToken cancellationToken)
    {
        var outcomes = new BenchmarkOutcome[items.Count];
        var (done, failures) = (0, new ConcurrentQueue<string>());
        var isScored = definition.Task == BenchmarkTask.Choice && !options.ByGeneration;
        var scoring = isScored ? new ChoiceTask(definition, prompts, model.Likelihoods!, clock) : null; // The options were checked.
        var writing = new GenerationTask(definition, prompts, model, options, clock);
        var settings = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, items.Count).Chunk(isScored ? options.BatchItems : 1), settings, async (places, token) =>
        {
            var part = places.Select(place => items[place]).ToList();
            var found = await TryAsync(part, scoring is not null ? () => scoring.RunAsync(part, token) : async () => [await writing.RunAsync(part[0], token)], failures, token);
            for (var i = 0; i < places.Length; i++)
            {
                outcomes[places[i]] = found[i];
            }

            progress?.Report(new BenchmarkProgress(Interlocked.Add(ref done, places.Length), items.Count));
        });
        return outcomes;
    }

    /// <summary>Outcomes, or that a call failed; too many failures end the run.</summary>
    private async Task<IReadOnlyList<BenchmarkOutcome>> TryAsync(List<BenchmarkItem> items, Func<Task<IReadOnlyList<BenchmarkOutcome>>> run, ConcurrentQueue<string> failures, CancellationToken cancellationToken)
    {
        try
        {
            return await run();
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && error is not EvaluationException { Code: not ("EVA0067" or "EVA0069") })
        {
            failures.Enqueue(error.Message);
            if (failures.Count >= options.MaxFailures)
            {
                throw new EvaluationException("EVA0066", $"Running the benchmark '{definition.Name}' failed: {failures.Count} calls of the model '{model.Name}' failed; the last said: {error.Message} See that the model answers, then run again; kept answers are not asked for again.", error);
            }

            var reason = new Undefined(UndefinedCause.ScorerFailed, $"the model did not answer: {error.Message}");
            return [.. items.Select(item => Outcomes.Begin(item) with { Reason = reason })];
        }
    }

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Digits();
}
