using System.CommandLine;
using System.Text.Json.Nodes;
using Gyre.Cli.Evaluation;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Recipes;
using Gyre.Training.Corpus;
using Gyre.Training.Runs;
using TrainingRecipe = Gyre.Training.Recipes.TrainingRecipe;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre eval</c>: measures models, prompts and parameters as a recipe says, alone or side by side.</summary>
internal sealed class EvalVerb() : Verb("eval", "Measure a model, or several candidates side by side; ends with 1 when a threshold is missed.")
{
    private readonly Argument<string> _recipe = new("RECIPE") { Description = "The evaluation recipe (YAML)." };

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
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_recipe);
        foreach (var option in new Option[] { _model, _out, _card, _overlap, _noTraces, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var recipe = WithModel(EvaluationRecipe.Load(parse.GetValue(_recipe)!), parse.GetValue(_model)); // The parser demands the argument.
        var training = parse.GetValue(_overlap) is { } path ? TrainingRecipe.Load(path) : null;
        var card = parse.GetValue(_card);
        if (card is not null)
        {
            CardEvaluation.Require(card);
        }

        var (folder, dataFolder) = (parse.GetValue(_out), DataFolder.Resolve(parse.GetValue(_data)));
        var traces = folder is null || parse.GetValue(_noTraces) ? null : ExperimentTraces.Open(dataFolder, terminal.Error);
        await using var session = await ExperimentSession.OpenAsync(recipe, folder, dataFolder, traces, cancellationToken);
        var overlap = training?.MeasureOverlap(
            session.ShopRows ?? throw new CliException("CLI0002", "--overlap was given; expected a recipe whose rows are the shop's. Leave it out, or measure on 'dataset.shop'."));
        var result = await ExperimentView.RunAsync(session.Plan, terminal, cancellationToken);
        await ExperimentView.WriteReportsAsync(folder, result, terminal, cancellationToken);
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
            WriteCard(card, parse.GetValue(_recipe)!, session, result, overlap); // As above.
        }

        return result.Passed ? ExitCode.Success : ExitCode.Negative;
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
