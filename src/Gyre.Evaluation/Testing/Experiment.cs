using System.Globalization;
using Gyre.Contracts;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Scorers;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Testing;

/// <summary>An experiment written in a test: rows, who answers them, what is measured and demanded.</summary>
/// <remarks>
/// <para>Immutable: every method gives another experiment, so that tests may share a beginning.</para>
/// <para>Any test framework will do: <see cref="ExperimentOutcome.ShouldPass"/> throws an exception whose message is the failing table.</para>
/// </remarks>
/// <example><code>
/// var outcome = await Experiment.Over(("What is 2 + 2?", "4")).Ask(client).Score("exact-match", atLeast: 0.9).RunAsync();
/// outcome.ShouldPass();
/// </code></example>
public sealed class Experiment
{
    private readonly IDataset _dataset;
    private readonly IReadOnlyList<ICandidate> _candidates;
    private readonly IReadOnlyList<ScorerPlan> _scorers;
    private readonly IReadOnlyList<Func<ExperimentPlan, ExperimentPlan>> _changes;
    private readonly TimeProvider _clock;

    private Experiment(
        IDataset dataset, IReadOnlyList<ICandidate> candidates, IReadOnlyList<ScorerPlan> scorers, IReadOnlyList<Func<ExperimentPlan, ExperimentPlan>> changes, TimeProvider clock) =>
        (_dataset, _candidates, _scorers, _changes, _clock) = (dataset, candidates, scorers, changes, clock);

    /// <summary>An experiment over a dataset version.</summary>
    /// <param name="dataset">The rows.</param>
    /// <param name="clock">Measures how long calls take; null for the system's.</param>
    public static Experiment Over(IDataset dataset, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new Experiment(dataset, [], [], [], clock ?? TimeProvider.System);
    }

    /// <summary>An experiment over rows in memory.</summary>
    /// <exception cref="EvaluationException">EVA0030: ids that are there twice.</exception>
    public static Experiment Over(IEnumerable<DatasetRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Over(new RowDataset("rows", [.. rows], "a test"));
    }

    /// <summary>An experiment over prompts with the answers that are wanted.</summary>
    public static Experiment Over(params (string Prompt, string Reference)[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Over(rows.Select((row, i) => new DatasetRow(
            (i + 1).ToString(CultureInfo.InvariantCulture), "test", row.Prompt, row.Reference, new Dictionary<string, string>(StringComparer.Ordinal), "", "")));
    }

    /// <summary>An experiment over a dataset's file: .jsonl, .csv or .tsv, plain or with .gz.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">How its columns are called; null for the usual names.</param>
    /// <exception cref="EvaluationException">EVA0030, EVA0032: the file has faults or cannot be read.</exception>
    public static Experiment OverFile(string path, DatasetColumns? columns = null) => Over(DatasetFile.Open(path, columns ?? new DatasetColumns()));

    /// <summary>A model answers, asked by chat.</summary>
    /// <param name="client">Stays the caller's.</param>
    /// <param name="name">What tables call it; unique in the experiment.</param>
    /// <param name="options">Prompt, examples and parameters; null for temperature 0 and 256 tokens.</param>
    public Experiment Ask(IChatClient client, string name = "model", ChatCandidateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        return Ask(new ChatCandidate(name, name, client, options ?? new ChatCandidateOptions(), _clock));
    }

    /// <summary>A function answers: a whole application, say.</summary>
    /// <param name="answer">Gives the answer to a prompt; safe for several threads when rows run in parallel.</param>
    /// <param name="name">What tables call it; unique in the experiment.</param>
    public Experiment Ask(Func<string, CancellationToken, Task<string>> answer, string name = "application")
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Ask(new FunctionCandidate(name, answer, _clock));
    }

    /// <summary>Something that answers rows. The first to be asked is the baseline of the others.</summary>
    public Experiment Ask(ICandidate candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        return new Experiment(_dataset, [.. _candidates, candidate], _scorers, _changes, _clock);
    }

    /// <summary>Measures by a scorer or metric that recipes can name.</summary>
    /// <param name="scorer">Its name.</param>
    /// <param name="atLeast">The least value over all rows; for scorers where more is better.</param>
    /// <param name="atMost">The greatest value over all rows; for scorers where less is better.</param>
    /// <param name="tolerance">By how much a later candidate may be worse than the first, by a significant difference, before the experiment fails.</param>
    /// <exception cref="ArgumentException">No scorer has the name, or the limit is on its good side.</exception>
    public Experiment Score(string scorer, double? atLeast = null, double? atMost = null, double? tolerance = null) => Score(Find(scorer), atLeast, atMost, tolerance);

    /// <summary>Measures by a scorer: a judge, a metric of retrieval, an own one.</summary>
    /// <param name="scorer">The scorer.</param>
    /// <param name="atLeast">The least value over all rows; for scorers where more is better.</param>
    /// <param name="atMost">The greatest value over all rows; for scorers where less is better.</param>
    /// <param name="tolerance">By how much a later candidate may be worse than the first, by a significant difference, before the experiment fails.</param>
    /// <exception cref="ArgumentException">The limit is on the scorer's good side.</exception>
    public Experiment Score(IScorer scorer, double? atLeast = null, double? atMost = null, double? tolerance = null)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        return Add(new ScorerPlan(scorer) { Threshold = LimitOf(scorer, atLeast, atMost), Tolerance = tolerance });
    }

    /// <summary>Demands a value of each row alone, as unit tests of single answers do.</summary>
    /// <param name="scorer">A scorer or metric that recipes can name.</param>
    /// <param name="atLeast">The least value of a row; for scorers where more is better.</param>
    /// <param name="atMost">The greatest value of a row; for scorers where less is better.</param>
    /// <exception cref="ArgumentException">No scorer has the name, there is no limit, or it is on the scorer's good side.</exception>
    public Experiment EachRow(string scorer, double? atLeast = null, double? atMost = null) => EachRow(Find(scorer), atLeast, atMost);

    /// <summary>Demands a value of each row alone, as unit tests of single answers do.</summary>
    /// <param name="scorer">The scorer.</param>
    /// <param name="atLeast">The least value of a row; for scorers where more is better.</param>
    /// <param name="atMost">The greatest value of a row; for scorers where less is better.</param>
    /// <exception cref="ArgumentException">There is no limit, or it is on the scorer's good side.</exception>
    public Experiment EachRow(IScorer scorer, double? atLeast = null, double? atMost = null)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        var limit = LimitOf(scorer, atLeast, atMost) ?? throw new ArgumentException($"Demand '{scorer.Name}' of each row: found no limit; expected atLeast or atMost.", nameof(atLeast));
        return Add(new ScorerPlan(new RowLimitScorer(scorer, limit)) { Threshold = 1 });
    }

    /// <summary>Changes the plan before it runs: parts of the rows, parallel calls, kept replies, seed of the intervals.</summary>
    public Experiment With(Func<ExperimentPlan, ExperimentPlan> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new Experiment(_dataset, _candidates, _scorers, [.. _changes, change], _clock);
    }

    /// <summary>Asks all rows and scores the answers.</summary>
    /// <exception cref="EvaluationException">EVA0013: nobody is asked, nothing is measured, or the plan has other faults. EVA0014: too many calls failed. EVA0040: a judge is down.</exception>
    public async Task<ExperimentOutcome> RunAsync(CancellationToken cancellationToken = default)
    {
        var plan = new ExperimentPlan { Name = _dataset.Name, Dataset = _dataset, Candidates = _candidates, Scorers = _scorers };
        plan = _changes.Aggregate(plan, (before, change) => change(before) ?? throw new InvalidOperationException("Change an experiment's plan: the change gave null; expected a plan."));
        var failures = new RowFailures(plan);
        var result = await new ExperimentRun(plan with { Seen = failures.Add }).RunAsync(cancellationToken: cancellationToken);
        return new ExperimentOutcome(result, failures);
    }

    private Experiment Add(ScorerPlan plan) => new(_dataset, _candidates, [.. _scorers, plan], _changes, _clock);

    private static IScorer Find(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return ScorerCatalogue.Find(name) ?? throw new ArgumentException(
            $"Score by '{name}': there is no such scorer; expected a name of ScorerCatalogue.Names, for example {string.Join(", ", ScorerCatalogue.Names.OrderBy(known => SpellingDistance.Between(known, name)).Take(3))}.", nameof(name));
    }

    private static double? LimitOf(IScorer scorer, double? atLeast, double? atMost)
    {
        var (right, wrong, word, end) = scorer.Form.Direction == ScoreDirection.HigherIsBetter ? (atLeast, atMost, "atLeast", "more") : (atMost, atLeast, "atMost", "less");
        return wrong is not null ? throw new ArgumentException($"Demand '{scorer.Name}': found a limit on its good side, for {end} is better; expected {word}.")
            : right is double.NaN ? throw new ArgumentException($"Demand '{scorer.Name}': found a limit that is no number; expected {word} in the scorer's own unit.")
            : right;
    }
}
