using Gyre.Evaluation.Scorers;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Gyre.Evaluation.Recipes;

/// <summary>Reads evaluation recipes and gathers every fault before it complains.</summary>
internal static class EvaluationRecipeReader
{
    private const int MostBytes = 1 << 20;
    private const int MostDepth = 32;
    private const int MostRows = 1_000_000;

    public static EvaluationRecipe Load(string path)
    {
        string yaml;
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MostBytes)
            {
                throw new EvaluationException("EVA0001", $"Reading an evaluation recipe failed: the file has {length} bytes, at most {MostBytes} are expected. File: {path}. Name a recipe.");
            }

            yaml = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException("EVA0001", $"Reading an evaluation recipe failed: {error.Message} File: {path}. Check the path; recipes that come with Gyre are in recipes/.", error);
        }

        return Parse(yaml, path);
    }

    public static EvaluationRecipe Parse(string yaml, string source)
    {
        var root = ReadRoot(yaml, source);
        var faults = new List<string>();
        var recipe = Read(new RecipeMapping(root, "", faults));
        return faults.Count == 0
            ? recipe
            : throw new EvaluationException("EVA0003", $"Reading an evaluation recipe failed: {faults.Count} fault(s) in {source}:{string.Concat(faults.Select(fault => $"\n  {fault}"))}\nMend them and run again.");
    }

    private static YamlMappingNode ReadRoot(string yaml, string source)
    {
        try
        {
            RequireTree(yaml, source);
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            return stream.Documents is [{ RootNode: YamlMappingNode mapping }]
                ? mapping
                : throw new EvaluationException("EVA0002", $"Reading an evaluation recipe failed: found {stream.Documents.Count} document(s) that are not one mapping, expected keys such as 'model:'. Source: {source}.");
        }
        catch (YamlException error)
        {
            throw new EvaluationException("EVA0002", $"Reading an evaluation recipe failed: line {error.Start.Line}: {error.Message} Source: {source}. Mend the YAML.", error);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // What the library throws for some unbalanced brackets; it gives no line.
            throw new EvaluationException("EVA0002", $"Reading an evaluation recipe failed: a '{{' or '[' has no match. Source: {source}. Mend the YAML.", error);
        }
    }

    /// <summary>
    /// The document model is built by recursion; a hostile depth must not reach it, nor a reference, through which a node
    /// can hold itself or unfold to billions of nodes.
    /// </summary>
    private static void RequireTree(string yaml, string source)
    {
        var parser = new Parser(new StringReader(yaml));
        var depth = 0;
        while (parser.MoveNext())
        {
            if (parser.Current is AnchorAlias reference)
            {
                throw new EvaluationException("EVA0002", $"Reading an evaluation recipe failed: line {reference.Start.Line} has a YAML reference ('*name'), values written out are expected. Source: {source}. Mend the YAML.");
            }

            depth += parser.Current?.NestingIncrease ?? 0;
            if (depth > MostDepth)
            {
                throw new EvaluationException("EVA0002", $"Reading an evaluation recipe failed: line {parser.Current?.Start.Line} is nested deeper than {MostDepth} levels. Source: {source}. Name a recipe.");
            }
        }
    }

    private static EvaluationRecipe Read(RecipeMapping root)
    {
        var dataset = root.Mapping("dataset");
        var shop = dataset.Mapping("shop");
        var counts = shop.Mapping("counts");
        var generation = root.Mapping("generation", optional: true);
        var recipe = new EvaluationRecipe
        {
            Name = root.Text("name"),
            Model = root.Text("model"),
            DatasetSeed = (ulong)shop.Number("seed", 0, 1L << 53, null, whole: true),
            Counts = counts.Keys.ToDictionary(task => task, task => (int)counts.Number(task, 1, MostRows, null, whole: true), StringComparer.Ordinal),
            Temperature = generation.Number("temperature", 0, 10, 0),
            MaxTokens = (int)generation.Number("max_tokens", 1, 1 << 20, 256, whole: true),
            SystemPrompt = generation.Text("system", ""),
            Parallelism = (int)root.Number("parallelism", 1, 256, 1, whole: true),
            Confidence = root.Number("confidence", 0.5, 0.9999, 0.95),
            Metrics = ReadMetrics(root),
        };
        CheckTasks(recipe, root);
        foreach (var mapping in new[] { dataset, shop, generation, root })
        {
            mapping.Finish();
        }

        return recipe;
    }

    private static List<MetricRecipe> ReadMetrics(RecipeMapping root)
    {
        var metrics = new List<MetricRecipe>();
        foreach (var item in root.List("metrics"))
        {
            var scorer = item.Text("scorer");
            if (scorer.Length > 0 && ScorerCatalogue.Find(scorer) is null)
            {
                item.Fault("scorer", $"'{scorer}' is unknown; expected one of {string.Join(", ", ScorerCatalogue.Names)}.");
            }

            double? threshold = item.Has("threshold") ? item.Number("threshold", 0, 1, 0) : null;
            metrics.Add(new MetricRecipe(item.Text("task"), scorer, threshold));
            item.Finish();
        }

        return metrics;
    }

    private static void CheckTasks(EvaluationRecipe recipe, RecipeMapping root)
    {
        var measured = recipe.Metrics.Select(metric => metric.Task).ToHashSet(StringComparer.Ordinal);
        foreach (var task in recipe.Counts.Keys.Where(task => !measured.Contains(task)))
        {
            root.Fault("metrics", $"the task '{task}' has rows but no metric; add one or remove its count.");
        }

        foreach (var task in measured.Where(task => task.Length > 0 && !recipe.Counts.ContainsKey(task)))
        {
            root.Fault("metrics", $"the task '{task}' is measured but 'dataset.shop.counts' gives it no rows.");
        }

        foreach (var metric in recipe.Metrics.CountBy(metric => (metric.Task, metric.Scorer)).Where(pair => pair.Value > 1))
        {
            root.Fault("metrics", $"'{metric.Key.Scorer}' measures '{metric.Key.Task}' {metric.Value} times.");
        }
    }
}
