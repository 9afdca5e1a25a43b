using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Experiments;
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
    private const int MostExamples = 64;
    private const double MostPrice = 1e6;
    private const double MostMetric = 1e9;

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

    /// <summary>The one mapping of a YAML text that is no deeper than it should be and holds no references.</summary>
    public static YamlMappingNode ReadRoot(string yaml, string source)
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
        var rows = ReadDataset(dataset);
        var recipe = new EvaluationRecipe
        {
            Name = root.Text("name"),
            Dataset = rows,
            Candidates = ReadCandidates(root),
            Baseline = root.Has("baseline") ? root.Text("baseline") : null,
            Metrics = ReadMetrics(root),
            Segments = root.Texts("segments"),
            Parallelism = (int)root.Number("parallelism", 1, 256, 1, whole: true),
            Confidence = root.Number("confidence", 0.5, 0.9999, 0.95),
            Resamples = (int)root.Number("resamples", 100, 1_000_000, 5_000, whole: true),
            Seed = (ulong)root.Number("seed", 0, 1L << 53, rows is ShopDatasetRecipe shop ? shop.Seed : 0, whole: true),
        };
        CheckNames(recipe, root);
        CheckTasks(recipe, root);
        dataset.Finish();
        root.Finish();
        return recipe;
    }

    private static DatasetRecipe ReadDataset(RecipeMapping dataset)
    {
        if (!dataset.Has("file"))
        {
            var shop = dataset.Mapping("shop");
            var counts = shop.Mapping("counts");
            var recipe = new ShopDatasetRecipe(
                (ulong)shop.Number("seed", 0, 1L << 53, null, whole: true),
                counts.Keys.ToDictionary(task => task, task => (int)counts.Number(task, 1, MostRows, null, whole: true), StringComparer.Ordinal));
            shop.Finish();
            return recipe;
        }

        if (dataset.Has("shop"))
        {
            dataset.Fault("file", "stands beside 'shop'; expected one of them.");
        }

        var columns = dataset.Mapping("columns", optional: true);
        var facts = columns.Mapping("facts", optional: true);
        var standard = new DatasetColumns();
        var file = new FileDatasetRecipe(dataset.Text("file"), new DatasetColumns
        {
            Id = columns.Text("id", standard.Id),
            Prompt = columns.Text("prompt", standard.Prompt),
            Reference = columns.Text("reference", standard.Reference),
            Task = columns.Text("task", standard.Task),
            Subject = columns.Text("subject", standard.Subject),
            Family = columns.Text("family", standard.Family),
            Facts = facts.Keys.ToDictionary(fact => fact, fact => facts.Text(fact), StringComparer.Ordinal),
        }, dataset.Has("examples") ? dataset.Text("examples") : null);
        columns.Finish();
        return file;
    }

    /// <summary>A list of candidates, or one model with the recipe's own 'generation'.</summary>
    private static List<CandidateRecipe> ReadCandidates(RecipeMapping root)
    {
        if (!root.Has("candidates"))
        {
            var generation = root.Mapping("generation", optional: true);
            var model = root.Text("model");
            var candidate = ReadCandidate(generation, model, model);
            generation.Finish();
            return [candidate];
        }

        if (root.Has("model") || root.Has("generation"))
        {
            root.Fault("candidates", "stands beside 'model' or 'generation'; expected those within each candidate.");
        }

        var candidates = new List<CandidateRecipe>();
        foreach (var item in root.List("candidates"))
        {
            var model = item.Text("model");
            candidates.Add(ReadCandidate(item, item.Text("name", model.Length > 0 ? model : "?"), model));
            item.Finish();
        }

        return candidates;
    }

    private static CandidateRecipe ReadCandidate(RecipeMapping item, string name, string model)
    {
        var template = item.Text("template", "{prompt}");
        try
        {
            PromptTemplate.Parse(template);
        }
        catch (FormatException error)
        {
            item.Fault("template", error.Message);
        }

        var price = item.Mapping("price", optional: true);
        var candidate = new CandidateRecipe
        {
            Name = name,
            Model = model,
            Adapter = item.Has("adapter") ? item.Text("adapter") : null,
            SystemPrompt = item.Text("system", ""),
            Template = template,
            Examples = (int)item.Number("examples", 0, MostExamples, 0, whole: true),
            Temperature = item.Number("temperature", 0, 10, 0),
            MaxTokens = (int)item.Number("max_tokens", 1, 1 << 20, 256, whole: true),
            Seed = (long)item.Number("seed", 0, 1L << 53, 0, whole: true),
            PricePerMillion = item.Has("price") ? ((decimal)price.Number("input", 0, MostPrice, null), (decimal)price.Number("output", 0, MostPrice, null)) : null,
        };
        price.Finish();
        return candidate;
    }

    private static List<MetricRecipe> ReadMetrics(RecipeMapping root)
    {
        var metrics = new List<MetricRecipe>();
        foreach (var item in root.List("metrics"))
        {
            var scorer = item.Text("scorer");
            var known = ScorerCatalogue.Find(scorer);
            if (scorer.Length > 0 && known is null)
            {
                item.Fault("scorer", $"'{scorer}' is unknown; expected one of {string.Join(", ", ScorerCatalogue.Names)}.");
            }

            var (least, greatest) = (Math.Max(known?.Form.Least ?? 0, -MostMetric), Math.Min(known?.Form.Greatest ?? 1, MostMetric));
            metrics.Add(new MetricRecipe(
                item.Has("task") ? item.Text("task") : null,
                scorer,
                item.Has("threshold") ? item.Number("threshold", least, greatest, least) : null,
                item.Has("tolerance") ? item.Number("tolerance", 0, greatest - least, 0) : null));
            item.Finish();
        }

        return metrics;
    }

    private static void CheckNames(EvaluationRecipe recipe, RecipeMapping root)
    {
        foreach (var (name, count) in recipe.Candidates.CountBy(candidate => candidate.Name).Where(pair => pair.Value > 1))
        {
            root.Fault("candidates", $"{count} are called '{name}'; expected different names.");
        }

        if (recipe.Baseline is { } baseline && recipe.Candidates.All(candidate => candidate.Name != baseline))
        {
            root.Fault("baseline", $"'{baseline}' is no candidate; expected one of {string.Join(", ", recipe.Candidates.Select(candidate => candidate.Name))}.");
        }

        foreach (var metric in recipe.Metrics.CountBy(metric => (metric.Task, metric.Scorer)).Where(pair => pair.Value > 1))
        {
            root.Fault("metrics", $"'{metric.Key.Scorer}' measures '{metric.Key.Task ?? "all rows"}' {metric.Value} times.");
        }
    }

    private static void CheckTasks(EvaluationRecipe recipe, RecipeMapping root)
    {
        if (recipe.Dataset is not ShopDatasetRecipe shop || recipe.Metrics.Any(metric => metric.Task is null))
        {
            return;
        }

        var measured = recipe.Metrics.Select(metric => metric.Task!).ToHashSet(StringComparer.Ordinal); // All have one, see above.
        foreach (var task in shop.Counts.Keys.Where(task => !measured.Contains(task)))
        {
            root.Fault("metrics", $"the task '{task}' has rows but no metric; add one or remove its count.");
        }

        foreach (var task in measured.Where(task => task.Length > 0 && !shop.Counts.ContainsKey(task)))
        {
            root.Fault("metrics", $"the task '{task}' is measured but 'dataset.shop.counts' gives it no rows.");
        }
    }
}
