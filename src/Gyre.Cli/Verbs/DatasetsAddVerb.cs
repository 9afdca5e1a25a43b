using System.CommandLine;
using Gyre.Cli.Datasets;
using Gyre.Evaluation.Datasets;
using Gyre.Registry.Datasets;
using Gyre.Server.Datasets;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets add</c>: a file becomes a version.</summary>
internal sealed class DatasetsAddVerb() : Verb("add", "Keep the rows of a file (JSON Lines, CSV, TSV, plain or gzip) as a version; equal rows are the same version.")
{
    private static readonly string[] Parts = ["id", "prompt", "reference", "task", "subject", "family"];

    private readonly Argument<string> _file = new("FILE") { Description = "The file; every fault in it is told, and then nothing is added." };

    private readonly Option<string> _name = new("--name") { Description = "The dataset; begun when there is none of this name.", HelpName = "NAME", Required = true };

    private readonly Option<string[]> _column = new("--column") { Description = $"Which column is a part of a row ({string.Join(", ", Parts)}), for example prompt=question; repeatable.", HelpName = "PART=COLUMN" };

    private readonly Option<string[]> _fact = new("--fact") { Description = "A column under another name, for example level=difficulty; other columns keep theirs. Repeatable.", HelpName = "NAME=COLUMN" };

    private readonly Option<bool> _only = new("--only") { Description = "Leave out the columns that neither --column nor --fact names." };

    private readonly Option<string> _licence = new("--licence") { Description = "Under what licence the rows may be used.", HelpName = "TEXT", DefaultValueFactory = _ => "" };

    private readonly Option<string> _note = new("--note") { Description = "Anything else to be said of the version.", HelpName = "TEXT", DefaultValueFactory = _ => "" };

    private readonly Option<string[]> _tag = new("--tag") { Description = "A word to find it by; repeatable.", HelpName = "WORD" };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre datasets add questions.jsonl --name questions",
        "gyre datasets add answers.csv --name answers --column prompt=question --column reference=answer --fact level=difficulty",
        "gyre datasets add golden.tsv.gz --name golden --licence CC0-1.0 --note 'checked twice' --tag shop --json",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_file);
        foreach (var option in new Option[] { _name, _column, _fact, _only, _licence, _note, _tag, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var columns = Columns(Pairs(parse, _column), Pairs(parse, _fact)) with { KeepsOthers = !parse.GetValue(_only) };
        var file = parse.GetValue(_file)!; // The parser demands the argument, and the name.
        using var datasets = CliDatasets.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var added = await DatasetImport.AddFileAsync(
            datasets.Store,
            file,
            columns,
            new DatasetAddition
            {
                Name = parse.GetValue(_name)!,
                Source = DatasetImport.Unread(Path.GetFileName(file)),
                Licence = parse.GetValue(_licence) ?? "",
                Note = parse.GetValue(_note) ?? "",
                Tags = parse.GetValue(_tag) ?? [],
                By = CliDatasets.By,
            },
            cancellationToken);
        DatasetText.WriteAdded(terminal, [added], parse.GetValue(Json));
        return ExitCode.Success;
    }

    private static DatasetColumns Columns(Dictionary<string, string> parts, Dictionary<string, string> facts)
    {
        if (parts.Keys.Except(Parts, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new CliException("CLI0002", $"--column: found the part '{unknown}'; expected {string.Join(", ", Parts)}. Other columns are kept under their own names, or named with --fact.");
        }

        var usual = new DatasetColumns();
        return new DatasetColumns
        {
            Id = parts.GetValueOrDefault("id", usual.Id),
            Prompt = parts.GetValueOrDefault("prompt", usual.Prompt),
            Reference = parts.GetValueOrDefault("reference", usual.Reference),
            Task = parts.GetValueOrDefault("task", usual.Task),
            Subject = parts.GetValueOrDefault("subject", usual.Subject),
            Family = parts.GetValueOrDefault("family", usual.Family),
            Facts = facts,
        };
    }

    private static Dictionary<string, string> Pairs(ParseResult parse, Option<string[]> option)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in parse.GetValue(option) ?? [])
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == text.Length - 1 || !pairs.TryAdd(text[..at], text[(at + 1)..]))
            {
                throw new CliException("CLI0002", $"{option.Name} is '{text}'; expected {option.HelpName}, each name once.");
            }
        }

        return pairs;
    }
}
