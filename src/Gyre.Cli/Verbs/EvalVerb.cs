using System.CommandLine;
using System.Text.Json.Nodes;
using Gyre.Cli.Evaluation;
using Gyre.Evaluation;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Recipes;
using Gyre.Evaluation.Scorers;
using Gyre.Server.Hosting;
using Gyre.Training.Corpus;
using Gyre.Training.Runs;
using Spectre.Console;
using TrainingRecipe = Gyre.Training.Recipes.TrainingRecipe;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre eval</c>: measures models, prompts and parameters as a recipe says, alone or side by side.</summary>
internal sealed class EvalVerb() : Verb("eval", "Measure a model, or several candidates side by side; ends with 1 when a threshold is missed.")
{
    private readonly Argument<string?> _recipe = new("RECIPE") { Description = "The evaluation recipe (YAML).", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<bool> _scorers = new("--scorers") { Description = "List the scorers that recipes can name, with what their numbers mean, and measure nothing." };

    private readonly Option<string?> _model = new("--model") { Description = "Measure this model instead of the recipe's; for recipes with one candidate.", HelpName = "MODEL" };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "A folder for every answer and score and the reports; an interrupted run goes on from it, and nothing is asked twice.",
        HelpName = "DIR",
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

    private readonly Option<bool> _noTraces = new("--no-traces") { Description = "Do not record what candidates are asked among the traces of the data folder; with --out that is done otherwise." };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre eval recipes/default.yaml",
        "gyre eval recipes/stylesprint.yaml --out runs/stylesprint",
        "gyre eval recipes/default.yaml --model runs/my-model/model --out my-model",
        "gyre eval recipes/default.yaml --model runs/my-model/model --card runs/my-model/README.md",
        "gyre eval recipes/default.yaml --overlap recipes/default-model.yaml",
        "gyre eval recipes/default.yaml --json",
        "gyre eval --scorers",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_recipe);
        foreach (var option in new Option[] { _scorers, _model, _out, _card, _overlap, _noTraces, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        if (parse.GetValue(_scorers))
        {
            return ListScorers(parse.GetValue(Json), terminal);
        }

        var path = parse.GetValue(_recipe) ?? throw new CliException("CLI0002", "No recipe was given; expected an evaluation recipe, such as recipes/default.yaml, or --scorers.");
        var recipe = WithModel(EvaluationRecipe.Load(path), parse.GetValue(_model));
        var training = parse.GetValue(_overlap) is { } corpus ? TrainingRecipe.Load(corpus) : null;
        var card = parse.GetValue(_card);
        if (card is not null)
        {
            CardEvaluation.Require(card);
        }

        var (folder, dataFolder) = (parse.GetValue(_out), DataFolder.Resolve(parse.GetValue(_data)));
        var traces = folder is null || parse.GetValue(_noTraces) ? null : ExperimentTraces.Open(dataFolder, terminal.Error);
        ExperimentView.KeepRecipe(folder, path, $"gyre eval {path}{(parse.GetValue(_model) is { } model ? $" --model {model}" : "")}");
        await using var session = await ExperimentSession.OpenAsync(recipe, folder, dataFolder, traces, cancellationToken);
        var overlap = training?.MeasureOverlap(
            session.ShopRows ?? throw new CliException("CLI0002", "--overlap was given; expected a recipe whose rows are the shop's. Leave it out, or measure on 'dataset.shop'."));
        var started = TimeProvider.System.GetUtcNow();
        var result = await ExperimentView.RunAsync(session.Plan, terminal, cancellationToken);
        await ExperimentView.WriteReportsAsync(folder, result, terminal, cancellationToken);
        var entry = await ExperimentEntries.RecordAsync(dataFolder, folder, result, started, TimeProvider.System, new RandomIdSource(), terminal.Error, cancellationToken);
        await ExperimentEntries.RecordUseAsync(dataFolder, recipe.Dataset, entry, cancellationToken);
        if (parse.GetValue(Json))
        {
            await terminal.Output.WriteLineAsync(ExperimentView.Json(result, session.ModelDigests, overlap is null ? null : JsonNode.Parse(overlap.ToJson())));
        }
        else
        {
            ExperimentView.Print(terminal, result);
            if (overlap is not null)
            {
                await terminal.Output.WriteLineAsync();
                await terminal.Output.WriteAsync(overlap.ToTable());
            }
        }

        if (card is not null)
        {
            WriteCard(card, path, session, result, overlap);
        }

        return result.Passed ? ExitCode.Success : ExitCode.Negative;
    }

    private static int ListScorers(bool isJson, Terminal terminal)
    {
        var scorers = ScorerCatalogue.Names.Select(name => (Name: name, ScorerCatalogue.Find(name)!.Form)).ToArray(); // The names are the catalogue's.
        if (isJson)
        {
            terminal.WriteJson(new { scorers = scorers.Select(scorer => new { scorer.Name, direction = scorer.Form.Direction.ToString(), unit = scorer.Form.Unit.ToString(), scorer.Form.Source }), with_settings = ScorerSources.KindNames });
            return ExitCode.Success;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn("scorer").AddColumn("better").AddColumn("unit").AddColumn("source");
        foreach (var (name, form) in scorers)
        {
            table.AddRow(Markup.Escape(name), form.Direction == ScoreDirection.HigherIsBetter ? "more" : "less", form.Unit.ToString().ToLowerInvariant(), Markup.Escape(form.Source));
        }

        terminal.Rich.Write(table);
        terminal.Output.WriteLine($"With settings of their own (docs/design/evaluation-experiments.md): {string.Join(", ", ScorerSources.KindNames)}");
        return ExitCode.Success;
    }

    private static EvaluationRecipe WithModel(EvaluationRecipe recipe, string? model)
    {
        if (model is null)
        {
            return recipe;
        }

        return recipe.Candidates.Count == 1
            ? recipe with { Candidates = [recipe.Candidates[0] with { Model = model, Name = model }], Baseline = null }
            : throw new CliException("CLI0002", $"--model is '{model}', and the recipe has {recipe.Candidates.Count} candidates; expected a recipe with one. Name the model in the recipe.");
    }

    private static void WriteCard(string card, string recipe, ExperimentSession session, ExperimentResult result, SplitReport? overlap) => CardEvaluation.Write(
        card, $"`gyre eval {recipe}`, model sha256 `{session.ModelDigests.Values.First()[..12]}…`\n\n{CandidateTable.ToMarkdown(session.Plan, result).Trim()}\n\n{overlap?.ToMarkdown()}");
}
