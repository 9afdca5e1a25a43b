using System.Text;
using Gyre.Contracts;
using Gyre.Training.Corpus;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Gyre.Training.Recipes;

/// <summary>
/// A YAML file that fully describes a pretraining run. Immutable; checked once when it is read, all faults reported together.
/// </summary>
public sealed record TrainingRecipe
{
    private const int MostDepth = 32;

    private const int MaxCharacters = 1 << 20;

    /// <summary>Settings that may change between a run and its resumption because they do not change the weights.</summary>
    private static readonly string[] FreePrefixes = ["threads", "summary", "checkpoint.every", "checkpoint.keep"];

    /// <summary>The name of the model that the run makes.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for the model card.</summary>
    public required string Summary { get; init; }

    /// <summary>Fixes the initial weights, the order of the data and the samples.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Threads to compute with; 0 uses every core. The result has the same bits for any number.</summary>
    public required int Threads { get; init; }

    /// <summary>The shape of the model.</summary>
    public required ModelRecipe Model { get; init; }

    /// <summary>The vocabulary.</summary>
    public required TokenizerRecipe Tokenizer { get; init; }

    /// <summary>The texts.</summary>
    public required CorpusRecipe Corpus { get; init; }

    /// <summary>Rows, length and accumulation.</summary>
    public required BatchRecipe Batch { get; init; }

    /// <summary>The optimiser.</summary>
    public required OptimizerRecipe Optimizer { get; init; }

    /// <summary>Steps and learning rate.</summary>
    public required ScheduleRecipe Schedule { get; init; }

    /// <summary>Validation and early stopping.</summary>
    public required EvaluationRecipe Evaluation { get; init; }

    /// <summary>Saved states.</summary>
    public required CheckpointRecipe Checkpoint { get; init; }

    /// <summary>Samples during training.</summary>
    public required SampleRecipe Samples { get; init; }

    /// <summary>The forms in which the model is written; at least one.</summary>
    public required IReadOnlyList<ExportFormat> Export { get; init; }

    /// <summary>The file's text, as it was read.</summary>
    public required string Source { get; init; }

    /// <summary>Every setting by dotted key, defaults filled in, in the order of the schema.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>Reads a recipe file; relative paths in it count from its folder.</summary>
    /// <remarks>Errors: TRN0001 file missing or unreadable; TRN0002 not YAML; TRN0003 faults, all of them in the message.</remarks>
    public static TrainingRecipe Load(string path)
    {
        string text;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxCharacters } file)
            {
                throw new TrainingException("TRN0002", $"Reading the recipe failed: '{path}' has {file.Length} bytes; a recipe has at most {MaxCharacters}. Check that the path names a recipe.");
            }

            text = File.ReadAllText(path, Encoding.UTF8);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0001", $"Reading the recipe failed: '{path}' cannot be opened ({error.Message.TrimEnd('.')}). Check the path; the recipes that come with Gyre are in 'recipes/'.", error);
        }

        return Parse(text, path);
    }

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="path">Names the recipe in messages; its folder is where relative paths count from.</param>
    public static TrainingRecipe Parse(string text, string path)
    {
        var reading = new RecipeReading();
        var recipe = Read(Root(text, path), text, Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".", reading);
        if (reading.Faults.Count > 0)
        {
            var lines = reading.Faults.OrderBy(fault => fault.Line).Select(fault => $"  {fault}");
            throw new TrainingException(
                "TRN0003",
                $"Reading the recipe '{path}' failed: it has {reading.Faults.Count} {(reading.Faults.Count == 1 ? "fault" : "faults")}. Mend these and run again:\n{string.Join('\n', lines)}");
        }

        return recipe with { Settings = reading.Settings };
    }

    /// <summary>The settings that differ from another recipe in a way that would change the weights, as <c>key: mine → other</c>.</summary>
    public IReadOnlyList<string> DifferencesTo(TrainingRecipe other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var mine = Settings.ToDictionary(StringComparer.Ordinal);
        var theirs = other.Settings.ToDictionary(StringComparer.Ordinal);
        return [.. mine.Keys.Union(theirs.Keys, StringComparer.Ordinal)
            .Where(key => !FreePrefixes.Contains(key, StringComparer.Ordinal))
            .Where(key => mine.GetValueOrDefault(key) != theirs.GetValueOrDefault(key))
            .Order(StringComparer.Ordinal)
            .Select(key => $"{key}: {mine.GetValueOrDefault(key, "(absent)")} → {theirs.GetValueOrDefault(key, "(absent)")}")];
    }

    /// <summary>What held-out rows share with everything that this recipe generates for training.</summary>
    /// <remarks>Cost: one pass over the corpus. Errors: TRN0052 the recipe trains on text files, not on the shop corpus.</remarks>
    public SplitReport MeasureOverlap(IReadOnlyList<DatasetRow> heldOut) => Corpus.IsShop
        ? SplitReport.Measure(Corpus.CreateShop().Training(0, Corpus.ShopExamples), heldOut)
        : throw new TrainingException("TRN0052", $"Measure the overlap: recipe '{Name}' trains on text files; expected one with the generated corpus (corpus.shop), as the held-out rows are of that.");

    private static YamlMappingNode Root(string text, string path)
    {
        var stream = new YamlStream();
        try
        {
            RequireTree(text, path);
            stream.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            throw new TrainingException("TRN0002", $"Reading the recipe '{path}' failed at line {error.Start.Line}: {(error.InnerException ?? error).Message} Expected a YAML mapping.", error);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // What the library throws for some unbalanced brackets; it gives no line.
            throw new TrainingException("TRN0002", $"Reading the recipe '{path}' failed: it is not valid YAML; a '{{' or '[' has no match. Expected a YAML mapping.", error);
        }

        return stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root
            ? root
            : throw new TrainingException("TRN0002", $"Reading the recipe '{path}' failed: found {stream.Documents.Count} YAML documents or a top level that is not a mapping; expected one mapping.");
    }

    /// <summary>
    /// The document model is built by recursion; a hostile depth must not reach it, nor a reference, through which a node
    /// can hold itself or unfold to billions of nodes.
    /// </summary>
    private static void RequireTree(string text, string path)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            if (parser.Current is AnchorAlias reference)
            {
                throw new TrainingException("TRN0002", $"Reading the recipe '{path}' failed at line {reference.Start.Line}: found a YAML reference ('*name'); expected values written out.");
            }

            depth += parser.Current?.NestingIncrease ?? 0;
            if (depth > MostDepth)
            {
                throw new TrainingException("TRN0002", $"Reading the recipe '{path}' failed at line {parser.Current?.Start.Line}: found more than {MostDepth} nested levels; expected a YAML mapping of a few.");
            }
        }
    }

    private static TrainingRecipe Read(YamlMappingNode root, string text, string folder, RecipeReading reading)
    {
        var top = new RecipeSection(root, "", 1, reading);
        var name = top.Text("name", null);
        if (name.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
        {
            top.Fault("name", $"'{name}' holds other characters than letters, digits, '-', '_' and '.'.");
        }

        var model = ModelRecipe.Read(Required(top, "model"));
        var recipe = new TrainingRecipe
        {
            Name = name,
            Summary = top.Text("summary", ""),
            Seed = (ulong)top.Whole("seed", 1, 0, long.MaxValue),
            Threads = top.Integer("threads", 0, 0, 1024),
            Model = model,
            Tokenizer = TokenizerRecipe.Read(Required(top, "tokenizer"), folder),
            Corpus = CorpusRecipe.Read(Required(top, "corpus"), folder),
            Batch = BatchRecipe.Read(Required(top, "batch"), model.Context),
            Optimizer = OptimizerRecipe.Read(top.Section("optimizer")),
            Schedule = ScheduleRecipe.Read(Required(top, "schedule")),
            Evaluation = EvaluationRecipe.Read(top.Section("evaluation")),
            Checkpoint = CheckpointRecipe.Read(top.Section("checkpoint")),
            Samples = SampleRecipe.Read(top.Section("samples"), model.Context),
            Export = top.Choices(
                "export",
                ExportFormat.SafetensorsF32,
                ("safetensors-f32", ExportFormat.SafetensorsF32),
                ("safetensors-f16", ExportFormat.SafetensorsF16),
                ("gguf-q8_0", ExportFormat.GgufQ8)),
            Source = text,
            Settings = [],
        };
        if (recipe.Export.Contains(ExportFormat.SafetensorsF32) && recipe.Export.Contains(ExportFormat.SafetensorsF16))
        {
            top.Fault("export", "lists safetensors-f32 and safetensors-f16; both would be model.safetensors, choose one.");
        }

        top.Finish();
        return recipe;
    }

    private static RecipeSection Required(RecipeSection top, string key)
    {
        if (!top.Has(key))
        {
            top.Fault(key, "is missing.");
        }

        return top.Section(key);
    }
}
