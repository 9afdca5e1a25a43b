using System.CommandLine;
using Gyre.Cli.Curation;
using Gyre.Cli.Datasets;
using Gyre.Registry.Datasets;
using Gyre.Training.Curation.Pipeline;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets build</c>: a recipe becomes a dataset, with a report of what was dropped and why.</summary>
internal sealed class DatasetsBuildVerb() : Verb("build", "Make a dataset as a recipe says: import, screen, clean, filter, decontaminate, deduplicate, balance, split.")
{
    private const int MostNote = 9_000;
    private const int MostLicence = 200;

    private readonly Argument<string> _recipe = new("RECIPE") { Description = "The recipe, a YAML file with 'kind: dataset'." };

    private readonly Option<string?> _out = new("--out") { Description = "Write JSON Lines, .jsonl or .jsonl.gz; with splits their names stand before the ending. The report lies beside.", HelpName = "FILE" };

    private readonly Option<string?> _name = new("--name") { Description = "Keep the records in the registry as a version; with splits NAME-SPLIT each.", HelpName = "NAME" };

    private readonly Option<string?> _work = new("--work") { Description = "A folder for scratch files, and for what models wrote, which another run goes on with.", HelpName = "DIR" };

    private readonly Option<bool> _examples = new("--examples") { Description = "Show examples of what was dropped, and why." };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre datasets build recipes/dataset-shop.yaml --out runs/shop.jsonl --examples",
        "gyre datasets build recipes/dataset-shop.yaml --name shop",
        "gyre datasets build my-recipe.yaml --out data/train.jsonl.gz --work /scratch/build --json",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_recipe);
        foreach (var option in new Option[] { _out, _name, _work, _examples, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var (file, name) = (parse.GetValue(_out), parse.GetValue(_name));
        if ((file is null) == (name is null))
        {
            throw new CliException("CLI0002", "Say where to: exactly one of --out FILE and --name NAME.");
        }

        var recipe = DatasetRecipe.Load(parse.GetValue(_recipe)!); // The parser demands the argument.
        var dataFolder = DataFolder.Resolve(parse.GetValue(_data));
        var work = parse.GetValue(_work) ?? (file is not null ? file + ".work" : Path.Combine(dataFolder, "curation", recipe.Name));
        await using var services = new CurationServices(dataFolder);
        var progress = terminal.RichError.Profile.Capabilities.Interactive ? (Action<string, long>)((stage, count) => terminal.Error.Write($"\r{stage}: {count:N0} records ")) : (_, _) => { };
        using var dataset = await Task.Run(() => DatasetBuild.RunAsync(recipe, work, services.ToServices(progress), cancellationToken), cancellationToken);
        var written = file is not null ? DatasetFiles.Write(dataset, file, cancellationToken) : await KeepAsync(services.Datasets.Store, name!, recipe, dataset, cancellationToken); // One of both is there.
        RemoveEmpty(work);
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { written, dataset.Report });
            return ExitCode.Success;
        }

        BuildView.Write(terminal, dataset.Report, parse.GetValue(_examples));
        terminal.Output.WriteLine($"{dataset.Report.Records:N0} records: {string.Join(", ", written)}");
        return ExitCode.Success;
    }

    private static async Task<IReadOnlyList<string>> KeepAsync(DatasetStore store, string name, DatasetRecipe recipe, BuiltDataset dataset, CancellationToken cancellationToken)
    {
        var report = dataset.Report;
        var facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["recipe-sha256"] = report.RecipeSha256, ["seed"] = $"{report.Seed}" };
        foreach (var stage in report.Stages)
        {
            facts[stage.Name] = $"{stage.Kept} of {stage.In}";
        }

        var licence = string.Join(", ", report.Licences.Keys.Select(text => text.Length == 0 ? "unknown" : text));
        var note = recipe.Source.Length <= MostNote ? recipe.Source : recipe.Source[..MostNote] + "\n# …";
        var written = new List<string>();
        foreach (var split in dataset.Splits.DefaultIfEmpty(""))
        {
            if (split.Length > 0 && report.Splits[split] == 0)
            {
                continue; // A version has rows; the report says that this split has none.
            }

            var added = await store.AddAsync(
                new DatasetAddition
                {
                    Name = split.Length == 0 ? name : $"{name}-{split}",
                    Source = new DatasetSource(DatasetSourceKind.Generator, $"recipe {recipe.Name}", facts, [.. report.Files.Select(read => read.File).Where(read => recipe.Sources.Any(source => source.Dataset.Length > 0) && read.Contains('@', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)]),
                    Licence = licence.Length <= MostLicence ? licence : $"{report.Licences.Count} licences, each record names its own",
                    Note = note,
                    Tags = ["built"],
                    By = CliDatasets.By,
                },
                dataset.Lines(split),
                cancellationToken);
            written.Add(added.Version.Reference);
        }

        return written;
    }

    private static void RemoveEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }
}
