using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Gyre.Training.Recipes;

/// <summary>Reads the YAML of any job's recipe: with limits, and with all faults in one message.</summary>
internal static class RecipeFile
{
    /// <summary>The kind of a recipe that names none.</summary>
    public const string Pretraining = "pretraining";

    private const int MostDepth = 32;

    private const int MaxCharacters = 1 << 20;

    /// <summary>Settings that may change between a run and its resumption because they do not change the weights.</summary>
    private static readonly string[] Free = ["threads", "summary", "checkpoint.every", "checkpoint.keep"];

    /// <summary>The text of a recipe file.</summary>
    /// <remarks>Errors: TRN0001 file missing or unreadable; TRN0002 too large for a recipe.</remarks>
    public static string ReadText(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxCharacters } file)
            {
                throw new TrainingException("TRN0002", $"Reading the recipe failed: '{path}' has {file.Length} bytes; a recipe has at most {MaxCharacters}. Check that the path names a recipe.");
            }

            return File.ReadAllText(path, Encoding.UTF8);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0001", $"Reading the recipe failed: '{path}' cannot be opened ({error.Message.TrimEnd('.')}). Check the path; the recipes that come with Gyre are in 'recipes/'.", error);
        }
    }

    /// <summary>What a recipe's <c>kind</c> says, <see cref="Pretraining"/> when it has none.</summary>
    /// <remarks>Errors: TRN0002 not one YAML mapping.</remarks>
    public static string KindOf(string text, string path) =>
        Root(text, path).Children.TryGetValue(new YamlScalarNode("kind"), out var node) && node is YamlScalarNode { Value: { Length: > 0 } kind } ? kind : Pretraining;

    /// <summary>Reads a recipe's mapping with its job's reader.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="path">Names the recipe in messages.</param>
    /// <param name="read">Reads the sections; gets the top one and the folder that relative paths count from.</param>
    /// <returns>The recipe, and every setting by dotted key with defaults filled in.</returns>
    /// <remarks>Errors: TRN0002 not one YAML mapping; TRN0003 faults, all of them in the message.</remarks>
    public static (T Recipe, IReadOnlyList<KeyValuePair<string, string>> Settings) Parse<T>(string text, string path, Func<RecipeSection, string, T> read)
    {
        var reading = new RecipeReading();
        var recipe = read(new RecipeSection(Root(text, path), "", 1, reading), Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".");
        if (reading.Faults.Count > 0)
        {
            var lines = reading.Faults.OrderBy(fault => fault.Line).Select(fault => $"  {fault}");
            throw new TrainingException(
                "TRN0003",
                $"Reading the recipe '{path}' failed: it has {reading.Faults.Count} {(reading.Faults.Count == 1 ? "fault" : "faults")}. Mend these and run again:\n{string.Join('\n', lines)}");
        }

        return (recipe, reading.Settings);
    }

    /// <summary>Checks the recipe's kind.</summary>
    /// <param name="top">The recipe's top level.</param>
    /// <param name="kind">What it must be.</param>
    /// <param name="isDefault">Whether a recipe without a kind is of this one.</param>
    public static void RequireKind(RecipeSection top, string kind, bool isDefault = false)
    {
        var found = top.Has("kind") ? top.Text("kind", kind) : isDefault ? kind : "";
        if (found != kind)
        {
            top.Fault("kind", found.Length == 0 ? $"is missing; expected '{kind}' for this job." : $"is '{found}'; expected '{kind}' for this job.");
        }
    }

    /// <summary>A section that must be there.</summary>
    public static RecipeSection Required(RecipeSection top, string key)
    {
        if (!top.Has(key))
        {
            top.Fault(key, "is missing.");
        }

        return top.Section(key);
    }

    /// <summary>The settings that differ in a way that would change the weights, as <c>key: mine → other</c>.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyList<KeyValuePair<string, string>> settings, IReadOnlyList<KeyValuePair<string, string>> others)
    {
        var mine = settings.ToDictionary(StringComparer.Ordinal);
        var theirs = others.ToDictionary(StringComparer.Ordinal);
        return [.. mine.Keys.Union(theirs.Keys, StringComparer.Ordinal)
            .Where(key => !Free.Contains(key, StringComparer.Ordinal))
            .Where(key => mine.GetValueOrDefault(key) != theirs.GetValueOrDefault(key))
            .Order(StringComparer.Ordinal)
            .Select(key => $"{key}: {mine.GetValueOrDefault(key, "(absent)")} → {theirs.GetValueOrDefault(key, "(absent)")}")];
    }

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
}
