using System.CommandLine;
using System.Text.Json.Nodes;
using Gyre.Cli.Selection;
using Gyre.Evaluation.Selection;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre select</c>: chooses a model for a use case, writes the record, and takes a person's signature.</summary>
internal sealed class SelectVerb() : Verb("select", "Choose a model for a use case by limits, objectives and evidence; ends with 1 when the evidence chooses none.")
{
    private readonly Argument<string?> _recipe = new("RECIPE") { Description = "The recipe of the choice (YAML); none with --accept.", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "A folder for the decision record and the experiments behind it; what is there is not asked again.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _accept = new("--accept") { Description = "Sign the record in --out: accept this candidate.", HelpName = "NAME" };
    private readonly Option<string?> _by = new("--by") { Description = "Who signs.", HelpName = "WHO" };
    private readonly Option<string?> _reason = new("--reason") { Description = "Why.", HelpName = "TEXT" };
    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre select recipes/select-store-writer.yaml",
        "gyre select recipes/select-store-writer.yaml --out runs/store-writer",
        "gyre select --out runs/store-writer --accept default --by \"Ann Lee\" --reason \"Half the memory for the same answers.\"",
        "gyre select recipes/select-store-writer.yaml --json",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_recipe);
        foreach (var option in new Option[] { _out, _accept, _by, _reason, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var (recipe, accept) = (parse.GetValue(_recipe), parse.GetValue(_accept));
        return (recipe, accept) switch
        {
            ({ } path, null) when (parse.GetValue(_by) ?? parse.GetValue(_reason)) is null => ChooseAsync(path, parse, terminal, cancellationToken),
            (null, { } candidate) => SignAsync(candidate, parse, terminal),
            _ => throw new CliException("CLI0002", "found neither a recipe alone nor --accept alone; expected 'gyre select RECIPE' to choose, or 'gyre select --out DIR --accept NAME --by WHO --reason TEXT' to sign."),
        };
    }

    private async Task<int> ChooseAsync(string path, ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var recipe = SelectionRecipe.Load(path);
        var folder = parse.GetValue(_out);
        if (folder is not null)
        {
            DecisionRecord.RequireUnsigned(folder);
        }

        var result = await new SelectionSession(recipe, folder, DataFolder.Resolve(parse.GetValue(_data)), terminal).RunAsync(cancellationToken);
        if (folder is not null)
        {
            DecisionRecord.Write(folder, result, TimeProvider.System);
            await terminal.Error.WriteLineAsync($"Record: {Path.Combine(folder, DecisionRecord.TextName)}");
        }

        if (parse.GetValue(Json))
        {
            await terminal.Output.WriteLineAsync(SelectionFile.Write(result, TimeProvider.System.GetUtcNow()));
        }
        else
        {
            SelectionView.Print(terminal, result);
        }

        return result.Chosen is null ? ExitCode.Negative : ExitCode.Success;
    }

    private async Task<int> SignAsync(string candidate, ParseResult parse, Terminal terminal)
    {
        if (parse.GetValue(_out) is not { } folder || parse.GetValue(_by) is not { } by || parse.GetValue(_reason) is not { } reason)
        {
            throw new CliException("CLI0002", "--accept was given without --out, --by or --reason; expected all of them: the record's folder, who signs, and why.");
        }

        var signature = DecisionRecord.Sign(folder, candidate, by, reason, TimeProvider.System);
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new JsonObject
            {
                ["accepted"] = signature.Candidate,
                ["by"] = signature.By,
                ["at"] = signature.At.ToString("O"),
                ["chosen"] = signature.Chosen,
                ["record"] = signature.After,
            });
        }
        else
        {
            await terminal.Output.WriteLineAsync($"Signed: {signature.By} accepts {signature.Candidate}. Record: {Path.Combine(folder, DecisionRecord.TextName)} (sha256 {signature.After[..12]}…)");
        }

        return ExitCode.Success;
    }
}
