using System.CommandLine;
using System.Globalization;
using Gyre.Contracts;
using Gyre.Models.Adapters;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Gyre.Models.Measurement;
using Gyre.Tensors.Quantization;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre models show</c>: what a model is, without loading it.</summary>
internal sealed class ModelsShowVerb() : Verb("show", "Show a model: architecture, tensors, memory estimate, chat template.")
{
    private const int TemplateLines = 6;

    private readonly Argument<string> _model = new("model") { Description = "An installed model, an alias, a path or 'default'." };
    private readonly Option<string?> _data = NewDataOption();
    private readonly Option<bool> _tensors = new("--tensors") { Description = "List every tensor." };
    private readonly Option<bool> _template = new("--template") { Description = "Print the chat template whole, and nothing else." };

    protected override IReadOnlyList<string> Examples =>
        ["gyre models show default", "gyre models show ./my-model.gguf --tensors", "gyre models show my-model --template", "gyre models show my-model --json"];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_model);
        command.Options.Add(_data);
        command.Options.Add(_tensors);
        command.Options.Add(_template);
    }

    protected override Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        using var models = new CliModels(DataFolder.Resolve(parse.GetValue(_data)));
        var reference = parse.GetValue(_model)!; // The parser asks for the argument.
        var folder = models.Resolve(models.FindAlias(reference)?.Model ?? reference);
        var template = folder.ReadChatTemplate();
        var (configuration, fault) = ReadConfiguration(folder);
        var tensors = TensorsOf(folder);
        var adapters = AdaptersOf(folder);
        var lengths = configuration is null ? [] : new[] { 1024, 8192, configuration.ContextLength }.Where(length => length <= configuration.ContextLength).Distinct().ToArray();
        var estimate = configuration is null ? null : new MemoryEstimate(configuration, folder.WeightBytes);
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new
            {
                path = folder.Path,
                format = folder.Format.ToString().ToLowerInvariant(),
                weight_bytes = folder.WeightBytes,
                parameters = tensors.Sum(tensor => tensor.Elements),
                architecture = configuration?.Architecture,
                configuration,
                fault,
                tensors,
                adapters,
                memory = estimate is null ? null : lengths.Select(length => new
                {
                    tokens = length,
                    cache_bytes = Enum.GetValues<KeyValueFormat>().ToDictionary(format => format.ToString().ToLowerInvariant(), format => estimate.CacheBytes(length, format)),
                }),
                chat_template = template,
            });
        }
        else if (parse.GetValue(_template))
        {
            terminal.Output.WriteLine(template ?? throw new CliException("CLI0004", $"'{folder.Path}' has no chat template; it continues plain text."));
        }
        else
        {
            Print(terminal, folder, configuration, fault, tensors, adapters, parse.GetValue(_tensors));
            PrintMemory(terminal, estimate, lengths);
            PrintTemplate(terminal, template);
        }

        return Task.FromResult(ExitCode.Success);
    }

    private static (DecoderConfiguration? Configuration, string? Fault) ReadConfiguration(ModelFolder folder)
    {
        try
        {
            return (ModelLoader.ReadConfiguration(folder), null);
        }
        catch (GyreException error)
        {
            // Its tensors can be shown all the same.
            return (null, $"{error.Code}: {error.Message}");
        }
    }

    /// <summary>The kinds of adapters that it can have beside it; none for a model that cannot be run.</summary>
    private static IReadOnlyList<string> AdaptersOf(ModelFolder folder)
    {
        try
        {
            return AdapterSupport.KindsOf(EncoderModel.KindOf(folder));
        }
        catch (GyreException)
        {
            return []; // What is wrong is shown as its fault.
        }
    }

    private static List<TensorRow> TensorsOf(ModelFolder folder)
    {
        using var weights = folder.OpenWeights();
        var rows = new List<TensorRow>();
        foreach (var name in weights.Names)
        {
            if (weights.TryGet(name, out var tensor))
            {
                rows.Add(new TensorRow(name, tensor.Format.ToString(), tensor.Shape, tensor.Shape.Aggregate(1L, (product, length) => product * length), tensor.LengthBytes));
            }
        }

        return rows;
    }

    private static void Print(Terminal terminal, ModelFolder folder, DecoderConfiguration? c, string? fault, List<TensorRow> tensors, IReadOnlyList<string> adapters, bool all)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        void Row(string name, string value) => grid.AddRow("[dim]" + name + "[/]", Markup.Escape(value));
        Row("path", folder.Path);
        Row("weights", $"{folder.Format}, {Size(folder.WeightBytes)}, {Count(tensors.Sum(tensor => tensor.Elements))} parameters in {tensors.Count} tensors");
        Row("encodings", string.Join(", ", tensors.GroupBy(tensor => tensor.Format).Select(group => $"{group.Key} {Size(group.Sum(tensor => tensor.Bytes))}")));
        if (c is null)
        {
            Row("architecture", "not a decoder that can be shown: " + fault);
        }
        else
        {
            Row("architecture", c.Architecture);
            Row("layers", $"{c.Layers} of width {c.HiddenSize}, feed-forward {c.IntermediateSize}");
            Row("attention", $"{c.Heads} heads of {c.HeadWidth}, {c.KeyValueHeads} key-value heads{(c.SlidingWindow > 0 ? $", window {c.SlidingWindow}" : "")}");
            Row("vocabulary", $"{c.VocabularySize} tokens{(c.TieEmbeddings ? ", output tied to the embedding" : "")}");
            Row("context", $"{c.ContextLength} tokens");
        }

        if (adapters.Count > 0)
        {
            Row("adapters", string.Join(", ", adapters));
        }

        terminal.Rich.Write(grid);
        if (all)
        {
            var table = new Table().Border(TableBorder.Simple).AddColumn("tensor").AddColumn("encoding").AddColumn("shape").AddColumn(new TableColumn("size").RightAligned());
            tensors.ForEach(tensor => table.AddRow(Markup.Escape(tensor.Name), tensor.Format, Markup.Escape("[" + string.Join(", ", tensor.Shape) + "]"), Size(tensor.Bytes)));
            terminal.Rich.Write(table);
        }
    }

    private static void PrintMemory(Terminal terminal, MemoryEstimate? estimate, int[] lengths)
    {
        if (estimate is null)
        {
            return;
        }

        var formats = Enum.GetValues<KeyValueFormat>();
        var table = new Table().Border(TableBorder.Simple).Title("memory: weights + keys and values of one sequence").AddColumn(new TableColumn("tokens").RightAligned());
        foreach (var format in formats)
        {
            table.AddColumn(new TableColumn($"cache {format.ToString().ToLowerInvariant()}").RightAligned());
        }

        foreach (var length in lengths)
        {
            table.AddRow([$"{length}", .. formats.Select(format => $"{Size(estimate.WeightBytes)} + {Size(estimate.CacheBytes(length, format))}")]);
        }

        terminal.Rich.Write(table);
    }

    private static void PrintTemplate(Terminal terminal, string? template)
    {
        if (template is null)
        {
            terminal.Output.WriteLine("chat template: none; it continues plain text.");
            return;
        }

        var lines = template.ReplaceLineEndings("\n").Split('\n');
        terminal.Output.WriteLine($"chat template, {template.Length} characters{(lines.Length > TemplateLines ? "; whole with --template" : "")}:");
        foreach (var line in lines.Take(TemplateLines))
        {
            terminal.Output.WriteLine("  " + (line.Length > 110 ? line[..110] + "…" : line));
        }
    }

    private static string Size(long bytes) => bytes < 1 << 20
        ? (bytes / 1024.0).ToString("0.0", CultureInfo.InvariantCulture) + " KiB"
        : bytes < 1 << 30 ? (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture) + " MiB"
        : (bytes / 1073741824.0).ToString("0.00", CultureInfo.InvariantCulture) + " GiB";

    private static string Count(long elements) => elements switch
    {
        >= 1_000_000_000 => (elements / 1e9).ToString("0.00", CultureInfo.InvariantCulture) + "B",
        >= 1_000_000 => (elements / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + "M",
        _ => (elements / 1e3).ToString("0.0", CultureInfo.InvariantCulture) + "k",
    };

    private sealed record TensorRow(string Name, string Format, IReadOnlyList<long> Shape, long Elements, long Bytes);
}
