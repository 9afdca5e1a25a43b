using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Scorers;
using Gyre.Evaluation.Statistics;
using Gyre.Models;
using Gyre.Models.Generation;
using Gyre.Models.Templates;
using Gyre.Training.Corpus;
using Gyre.Training.Examples;
using Gyre.Training.Recipes;

namespace Gyre.Training.Reports;

/// <summary>Measures a model on the held-out rows of a report: how likely it finds the references, and how its greedy answers score.</summary>
internal static class TaskMeasurement
{
    private const int MostAtOnce = 8;

    /// <summary>The rows of each task.</summary>
    /// <remarks>Errors: TRN0305 a file cannot be read or holds no rows.</remarks>
    public static IReadOnlyList<(ReportTaskRecipe Task, IReadOnlyList<DatasetRow> Rows)> Read(ReportRecipe report) =>
        [.. report.Tasks.Select(task => (task, RowsOf(task)))];

    /// <summary>Measures a model on every task.</summary>
    /// <param name="model">A model that continues text.</param>
    /// <param name="adapter">The loaded adapter that it runs through; null for none.</param>
    /// <param name="tasks">The rows of each task.</param>
    /// <param name="maxTokens">The most tokens of an answer.</param>
    /// <param name="progress">Told the rows done and their number.</param>
    /// <param name="cancellationToken">Ends the measuring.</param>
    public static async Task<IReadOnlyList<TaskScores>> RunAsync(
        LanguageModel model, string? adapter, IReadOnlyList<(ReportTaskRecipe Task, IReadOnlyList<DatasetRow> Rows)> tasks, int maxTokens, Action<long, long> progress, CancellationToken cancellationToken)
    {
        var (done, total) = (0L, tasks.Sum(task => (long)task.Rows.Count));
        var results = new List<TaskScores>();
        foreach (var (task, rows) in tasks)
        {
            var scorers = task.Scorers.Select(name => ScorerCatalogue.Find(name)!).ToArray(); // The recipe's reader has checked the names.
            var likelihoods = new (double Sum, int Tokens)[rows.Count];
            var scores = new Score[rows.Count][];
            await Parallel.ForEachAsync(
                Enumerable.Range(0, rows.Count),
                new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellationToken },
                async (i, token) =>
                {
                    likelihoods[i] = rows[i].Reference.Length == 0 ? default : Likelihood(model, adapter, rows[i], task.IsText);
                    var answer = scorers.Length == 0 ? "" : await AnswerAsync(model, adapter, rows[i], task.IsText, maxTokens, token);
                    scores[i] = new Score[scorers.Length];
                    for (var s = 0; s < scorers.Length; s++)
                    {
                        scores[i][s] = await scorers[s].ScoreAsync(rows[i], answer, token);
                    }

                    lock (results)
                    {
                        progress(++done, total);
                    }
                });
            results.Add(Collect(task, scorers, likelihoods, scores));
        }

        return results;
    }

    private static TaskScores Collect(ReportTaskRecipe task, IScorer[] scorers, (double Sum, int Tokens)[] likelihoods, Score[][] scores)
    {
        var perplexity = new SampleStatistics(2, likelihoods.Length);
        foreach (var (sum, tokens) in likelihoods)
        {
            if (tokens > 0)
            {
                perplexity.Add([sum, tokens]);
            }
            else
            {
                perplexity.AddUndefined();
            }
        }

        var measures = new Dictionary<string, (SampleStatistics, MetricCombiner, ScoreDirection)>(StringComparer.Ordinal)
        {
            [TaskScores.Perplexity] = (perplexity, TaskScores.CombinePerplexity, ScoreDirection.LowerIsBetter),
        };
        for (var s = 0; s < scorers.Length; s++)
        {
            var rows = new SampleStatistics(scorers[s].Width, scores.Length);
            foreach (var row in scores)
            {
                if (row[s].Statistics.Count == scorers[s].Width)
                {
                    rows.Add([.. row[s].Statistics]);
                }
                else
                {
                    rows.AddUndefined();
                }
            }

            measures[scorers[s].Name] = (rows, scorers[s].Combine, scorers[s].Form.Direction);
        }

        return new TaskScores(task.Name, task.IsTrained, measures);
    }

    /// <summary>The negative log-likelihood of the reference behind the prompt as the model's template writes it, its end token included.</summary>
    private static (double Sum, int Tokens) Likelihood(LanguageModel model, string? adapter, DatasetRow row, bool isText)
    {
        var prompt = PromptOf(model, row, isText);
        List<int> answer = [];
        model.Tokenizer.Encode(row.Reference, addSpecialTokens: false, parseSpecialTokens: false, answer);
        if (model.Tokenizer.EndIds.Count > 0)
        {
            answer.Add(model.Tokenizer.EndIds[0]);
        }

        if (prompt.Count == 0 || prompt.Count + answer.Count > model.Decoder.ContextLength)
        {
            return default;
        }

        using var session = model.Decoder.CreateSession(prompt.Count + answer.Count, adapter);
        var first = prompt.Take(prompt.Count - 1).ToArray();
        if (first.Length > 0)
        {
            session.Forward(first);
        }

        int[] read = [prompt[^1], .. answer.Take(answer.Count - 1)];
        var logits = new float[read.Length * model.Decoder.VocabularySize];
        session.ForwardAll(read, logits);
        var sum = 0.0;
        for (var i = 0; i < answer.Count; i++)
        {
            sum -= LogProbability(logits.AsSpan(i * model.Decoder.VocabularySize, model.Decoder.VocabularySize), answer[i]);
        }

        return (sum, answer.Count);
    }

    private static IReadOnlyList<int> PromptOf(LanguageModel model, DatasetRow row, bool isText) =>
        isText ? model.TokenizePrompt(row.Prompt) : model.RenderPrompt([new ChatTurn("user", row.Prompt)]);

    private static double LogProbability(ReadOnlySpan<float> logits, int id)
    {
        var most = float.NegativeInfinity;
        foreach (var value in logits)
        {
            most = Math.Max(most, value);
        }

        var sum = 0.0;
        foreach (var value in logits)
        {
            sum += Math.Exp(value - most);
        }

        return logits[id] - most - Math.Log(sum);
    }

    private static async Task<string> AnswerAsync(LanguageModel model, string? adapter, DatasetRow row, bool isText, int maxTokens, CancellationToken cancellationToken)
    {
        var prompt = PromptOf(model, row, isText);
        var room = Math.Min(maxTokens, model.Decoder.ContextLength - prompt.Count - 1);
        if (room < 1)
        {
            return "";
        }

        var text = new System.Text.StringBuilder();
        await foreach (var update in model.Generator.GenerateAsync(prompt, new GenerationOptions { MaxTokens = room, Temperature = 0, Adapter = adapter }, cancellationToken))
        {
            text.Append(update.Text);
        }

        return text.ToString();
    }

    private static IReadOnlyList<DatasetRow> RowsOf(ReportTaskRecipe task)
    {
        IEnumerable<DatasetRow> rows;
        try
        {
            rows = task.IsText ? Continuations(task)
                : task.File.Length > 0
                ? DatasetFile.Open(task.File, new DatasetColumns { KeepsOthers = true }).Read()
                : task.ShopQuestions is { } questions ? questions.Rows(Split.HeldOut)
                : task.ShopFacts is { } facts ? facts.Questions()
                : task.BrandRows > 0 ? new BrandPreferences(task.BrandSeed).HeldOut(task.BrandRows).Select(pair => pair.Row)
                : new ShopCorpus(task.ShopSeed).HeldOut(task.ShopCounts.ToDictionary(pair => pair.Key, pair => (int)pair.Value, StringComparer.Ordinal));
            return [.. task.Rows > 0 ? rows.Take(task.Rows) : rows];
        }
        catch (EvaluationException error)
        {
            throw new TrainingException("TRN0305", $"Reading the report's task '{task.Name}' failed: {error.Message}", error);
        }
    }

    /// <summary>Each text's first words, and what follows them with the space before it.</summary>
    private static List<DatasetRow> Continuations(ReportTaskRecipe task)
    {
        var faults = new ExampleFaults();
        var rows = new List<DatasetRow>();
        foreach (var example in ExampleFile.Read(task.TextFile, task.Name, task.TextSeparator, faults))
        {
            var cut = CutBehind(example.Text, task.TextWords);
            if (cut > 0)
            {
                rows.Add(new DatasetRow($"{task.Name}-{rows.Count + 1}", task.Name, example.Text[..cut], example.Text[cut..], new Dictionary<string, string>(StringComparer.Ordinal), task.Name, ""));
            }
        }

        faults.ThrowIfAny();
        return rows.Count > 0 ? rows : throw new TrainingException(
            "TRN0305", $"Reading the report's task '{task.Name}' failed: no text of '{task.TextFile}' has more than {task.TextWords} words; expected longer ones. Lower report.tasks.continuation.words, or check its separator.");
    }

    /// <summary>Where the first words end; 0 when nothing follows them.</summary>
    private static int CutBehind(string text, int words)
    {
        var at = 0;
        for (var i = 0; i < words; i++)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            while (at < text.Length && !char.IsWhiteSpace(text[at]))
            {
                at++;
            }
        }

        return string.IsNullOrWhiteSpace(text[at..]) ? 0 : at;
    }
}
