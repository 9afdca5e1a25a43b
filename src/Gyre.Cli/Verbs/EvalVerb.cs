using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Evaluation;
using Gyre.Evaluation.Runs;
using Gyre.Models.Generation;
using Gyre.Training.Corpus;
using Gyre.Training.Runs;
using Spectre.Console;
using EvaluationRecipe = Gyre.Evaluation.Recipes.EvaluationRecipe;
using TrainingRecipe = Gyre.Training.Recipes.TrainingRecipe;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre eval</c>: measures a model as a recipe says.</summary>
internal sealed class EvalVerb() : Verb("eval", "Measure a model on held-out items; ends with 1 when a threshold is missed.")
{
    private readonly Argument<string> _recipe = new("RECIPE") { Description = "The evaluation recipe (YAML)." };

    private readonly Option<string?> _model = new("--model") { Description = "Measure this model instead of the recipe's.", HelpName = "MODEL" };

    private readonly Option<string?> _results = new("--results")
    {
        Description = "A JSON Lines file for every item's answer and scores; an interrupted run goes on from it.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _card = new("--card")
    {
        Description = "Put the table into this model card, between its evaluation marks.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _overlap = new("--overlap")
    {
        Description = "Also measure what the held-out items share with the corpus of this training recipe.",
        HelpName = "RECIPE",
    };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre eval recipes/default.yaml",
        "gyre eval recipes/default.yaml --model runs/my-model/model --results my-model.jsonl",
        "gyre eval recipes/default.yaml --model runs/my-model/model --card runs/my-model/README.md",
        "gyre eval recipes/default.yaml --overlap recipes/default-model.yaml",
        "gyre eval recipes/default.yaml --json",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_recipe);
        foreach (var option in new Option[] { _model, _results, _card, _overlap, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var recipe = EvaluationRecipe.Load(parse.GetValue(_recipe)!); // The parser demands the argument.
        var training = parse.GetValue(_overlap) is { } path ? TrainingRecipe.Load(path) : null;
        using var models = new CliModels(DataFolder.Resolve(parse.GetValue(_data)));
        await using var model = await models.LoadAsync(parse.GetValue(_model) ?? recipe.Model, cancellationToken);
        using var client = new LanguageModelChatClient(model);
        var rows = new ShopCorpus(recipe.DatasetSeed).HeldOut(recipe.Counts);
        var options = recipe.ToRunOptions(parse.GetValue(_results)) with { Model = parse.GetValue(_model) ?? recipe.Model, ModelDigest = model.Digest };
        var card = parse.GetValue(_card);
        if (card is not null)
        {
            CardEvaluation.Require(card);
        }

        var overlap = training?.MeasureOverlap(rows);
        var result = await RunWithProgressAsync(new EvaluationRun(client, options, TimeProvider.System), rows, terminal, cancellationToken);
        if (parse.GetValue(Json))
        {
            await terminal.Output.WriteLineAsync(overlap is null ? result.ToJson() : WithOverlap(result.ToJson(), overlap));
        }
        else
        {
            Print(terminal, result, model.Digest, options.Confidence);
            if (overlap is not null)
            {
                await terminal.Output.WriteLineAsync();
                await terminal.Output.WriteAsync(overlap.ToTable());
            }
        }

        if (card is not null)
        {
            CardEvaluation.Write(card, $"`gyre eval {parse.GetValue(_recipe)}`, model sha256 `{model.Digest[..12]}…`\n\n{result.ToMarkdown().Trim()}\n\n{overlap?.ToMarkdown()}");
        }

        return result.Passed ? ExitCode.Success : ExitCode.Negative;
    }

    private static string WithOverlap(string result, SplitReport overlap)
    {
        var json = JsonNode.Parse(result)!.AsObject(); // It was written a moment ago.
        json["overlap"] = JsonNode.Parse(overlap.ToJson());
        return json.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private static async Task<EvaluationResult> RunWithProgressAsync(
        EvaluationRun run,
        IReadOnlyList<Contracts.DatasetRow> rows,
        Terminal terminal,
        CancellationToken cancellationToken)
    {
        if (Console.IsErrorRedirected)
        {
            return await run.RunAsync(rows, null, cancellationToken);
        }

        EvaluationResult? result = null;
        await terminal.RichError.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask("Evaluating", maxValue: rows.Count);
                result = await run.RunAsync(rows, new BarProgress(bar), cancellationToken);
            });
        return result!; // StartAsync returns only after the run did.
    }

    private static void Print(Terminal terminal, EvaluationResult result, string digest, double confidence)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("task").AddColumn("metric")
            .AddColumn(new TableColumn("n").RightAligned())
            .AddColumn(new TableColumn("score").RightAligned())
            .AddColumn($"{confidence * 100:0.#} % interval").AddColumn(new TableColumn("wanted").RightAligned()).AddColumn("");
        foreach (var metric in result.Metrics)
        {
            var sign = metric.Direction == ScoreDirection.HigherIsBetter ? "≥" : "≤";
            table.AddRow(
                metric.Task,
                metric.Metric,
                metric.Count.ToString(CultureInfo.InvariantCulture),
                metric.Mean is { } mean ? $"{mean * 100:0.0} %" : "undefined",
                metric.Interval is { } interval ? $"{interval.Low * 100:0.0} – {interval.High * 100:0.0} %" : Markup.Escape(metric.Reason),
                metric.Threshold is { } threshold ? $"{sign} {threshold * 100:0.#} %" : "",
                metric.Passed switch { true => "[green]pass[/]", false => "[red]FAIL[/]", null => "" } + (metric.Undefined > 0 ? Markup.Escape($" {metric.Undefined} undefined: {metric.Reason}") : ""));
        }

        terminal.Rich.Write(table);
        terminal.Output.WriteLine($"{result.Model} (sha256 {digest[..12]}): {result.Rows.Count} items, {result.Failed} calls failed, {(result.Passed ? "passed" : "NOT passed")}");
    }

    private sealed class BarProgress(ProgressTask bar) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => bar.Value = value.Done;
    }
}
