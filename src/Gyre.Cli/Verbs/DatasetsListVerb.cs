using System.CommandLine;
using Gyre.Cli.Datasets;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets list</c>: what there is.</summary>
internal sealed class DatasetsListVerb() : Verb("list", "List the datasets with their newest versions.")
{
    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples => ["gyre datasets list", "gyre datasets list --json"];

    public static async Task<int> PrintAsync(string folder, Terminal terminal, bool isJson, CancellationToken cancellationToken)
    {
        using var datasets = CliDatasets.Open(folder);
        var list = await datasets.Store.ListAsync(cancellationToken);
        if (isJson)
        {
            terminal.WriteJson(new { datasets = list.Select(dataset => new { dataset.Name, dataset.Versions, dataset.Labels, Latest = dataset.Latest is { } latest ? DatasetText.ToJson(latest) : null }) });
            return ExitCode.Success;
        }

        if (list.Count == 0)
        {
            await terminal.Output.WriteLineAsync("No datasets yet. 'gyre datasets add FILE --name NAME' makes one.");
            return ExitCode.Success;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn("name").AddColumn(new TableColumn("version").RightAligned()).AddColumn(new TableColumn("rows").RightAligned()).AddColumn(new TableColumn("size").RightAligned()).AddColumn("made").AddColumn("labels").AddColumn("sha256").AddColumn("from");
        foreach (var dataset in list)
        {
            table.AddRow(
                dataset.Name,
                dataset.Latest is { } version ? $"{version.Number}" : "-",
                $"{dataset.Latest?.Rows}",
                dataset.Latest is { } sized ? DatasetText.Size(sized.LengthBytes) : "",
                dataset.Latest is { } made ? DatasetText.Time(made.CreatedAt) : "",
                string.Join(", ", dataset.Labels.Select(label => $"{label.Key} → {label.Value}")),
                dataset.Latest is { } named ? DatasetText.Short(named.Digest) : "",
                dataset.Latest is null ? "[grey]every version was deleted[/]" : dataset.Latest.Deprecation is { } reason ? $"[red]deprecated: {Markup.Escape(DatasetText.Line(reason, 60))}[/]" : Markup.Escape(DatasetText.Line(DatasetText.Source(dataset.Latest.Source), 80)));
        }

        terminal.Rich.Write(table);
        return ExitCode.Success;
    }

    protected override void Configure(Command command) => command.Options.Add(_data);

    protected override Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken) =>
        PrintAsync(DataFolder.Resolve(parse.GetValue(_data)), terminal, parse.GetValue(Json), cancellationToken);
}
