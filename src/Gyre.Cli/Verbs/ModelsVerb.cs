using System.CommandLine;
using Gyre.Models;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre models</c>: what is installed.</summary>
internal sealed class ModelsVerb() : Verb("models", "List the installed models with kind, size and source.")
{
    private readonly Option<string?> _data = NewDataOption();

    private readonly Option<bool> _digest = new("--digest") { Description = "Also compute each model's SHA-256 (reads every weight once)." };

    protected override IReadOnlyList<string> Examples => ["gyre models", "gyre models --digest --json", "gyre models show default"];

    protected override IReadOnlyList<Verb> Verbs => [new ModelsShowVerb(), new ModelsMergeVerb(), new ModelsConvertAdapterVerb()];

    protected override void Configure(Command command)
    {
        command.Options.Add(_data);
        command.Options.Add(_digest);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        using var models = new CliModels(DataFolder.Resolve(parse.GetValue(_data)));
        var rows = new List<Row>();
        foreach (var (name, path) in CliModels.BuiltIn)
        {
            rows.Add(await RowOfAsync(name, path, ModelFolder.Open(path), "comes with Gyre", null));
        }

        foreach (var installed in models.Catalog.List())
        {
            rows.Add(await RowOfAsync(installed.Name, installed.Path, installed.Model, installed.Source, installed.Fault?.Message));
        }

        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { folder = models.Catalog.ModelsFolder, models = rows });
        }
        else
        {
            Print(terminal, rows, models.Catalog.ModelsFolder);
        }

        return ExitCode.Success;

        async Task<Row> RowOfAsync(string name, string path, ModelFolder? folder, string? source, string? fault) => new(
            name,
            path,
            KindOf(folder),
            folder?.Format.ToString().ToLowerInvariant(),
            folder?.WeightBytes,
            folder is not null && parse.GetValue(_digest) ? await ModelDigest.ComputeAsync(folder, cancellationToken) : null,
            source,
            fault);
    }

    /// <summary>What a model is for; null when its configuration cannot be read, which loading it explains.</summary>
    private static string? KindOf(ModelFolder? folder)
    {
        try
        {
            return folder is null ? null : EncoderModel.KindOf(folder).ToText();
        }
        catch (ModelException)
        {
            return null;
        }
    }

    private static void Print(Terminal terminal, List<Row> rows, string folder)
    {
        if (rows.Count == 0)
        {
            terminal.Output.WriteLine($"No models in {folder}. Fetch one with 'gyre pull <hub id, URL or path>', or train one with 'gyre train'.");
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn("name").AddColumn("kind").AddColumn("format").AddColumn(new TableColumn("size").RightAligned()).AddColumn("source").AddColumn("sha256");
        foreach (var row in rows)
        {
            table.AddRow(
                Markup.Escape(row.Name),
                row.Kind ?? "-",
                Markup.Escape(row.Format ?? "-"),
                row.WeightBytes is { } bytes ? $"{bytes / 1048576.0:0.0} MiB" : "-",
                row.Fault is { } fault ? "[red]" + Markup.Escape(fault) + "[/]" : Markup.Escape(row.Source ?? "-"),
                row.Sha256?[..12] ?? "-");
        }

        terminal.Rich.Write(table);
    }

    private sealed record Row(string Name, string Path, string? Kind, string? Format, long? WeightBytes, string? Sha256, string? Source, string? Fault);
}
