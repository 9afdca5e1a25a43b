using Gyre.Evaluation.Judges;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Gyre.Evaluation.Recipes;

/// <summary>Reads evaluation recipes and gathers every fault before it complains.</summary>
internal static class EvaluationRecipeReader
{
    private const int MostBytes = 1 << 20;
    private const int MostDepth = 32;

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
    public static YamlMappingNode ReadRoot(string yaml, string source, string kind = "an evaluation recipe", string code = "EVA0002")
    {
        try
        {
            RequireTree(yaml, source, kind, code);
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            return stream.Documents is [{ RootNode: YamlMappingNode mapping }]
                ? mapping
                : throw new EvaluationException(code, $"Reading {kind} failed: found {stream.Documents.Count} document(s) that are not one mapping, expected 'key: value' lines. Source: {source}.");
        }
        catch (YamlException error)
        {
            throw new EvaluationException(code, $"Reading {kind} failed: line {error.Start.Line}: {error.Message} Source: {source}. Mend the YAML.", error);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // What the library throws for some unbalanced brackets; it gives no line.
            throw new EvaluationException(code, $"Reading {kind} failed: a '{{' or '[' has no match. Source: {source}. Mend the YAML.", error);
        }
    }

    /// <summary>
    /// The document model is built by recursion; a hostile depth must not reach it, nor a reference, through which a node
    /// can hold itself or unfold to billions of nodes.
    /// </summary>
    private static void RequireTree(string yaml, string source, string kind, string code)
    {
        var parser = new Parser(new StringReader(yaml));
        var depth = 0;
        while (parser.MoveNext())
        {
            if (parser.Current is AnchorAlias reference)
            {
                throw new EvaluationException(code, $"Reading {kind} failed: line {reference.Start.Line} has a YAML reference ('*name'), values written out are expected. Source: {source}. Mend the YAML.");
            }

            depth += parser.Current?.NestingIncrease ?? 0;
            if (depth > MostDepth)
            {
                throw new EvaluationException(code, $"Reading {kind} failed: line {parser.Current?.Start.Line} is nested deeper than {MostDepth} levels. Source: {source}. Name another file.");
            }
        }
    }

    private static EvaluationRecipe Read(RecipeMapping root)
    {
        var dataset = root.Mapping("dataset");
        var rows = DatasetRecipeReader.Read(dataset);
        var recipe = new EvaluationRecipe
        {
            Name = root.Text("name"),
            Dataset = rows,
            Candidates = CandidateRecipeReader.Read(root),
            Baseline = root.Has("baseline") ? root.Text("baseline") : null,
            Judges = ReadJudges(root),
            Metrics = MetricRecipeReader.Read(root),
            Segments = root.Texts("segments"),
            Parallelism = (int)root.Number("parallelism", 1, 256, 1, whole: true),
            Confidence = root.Number("confidence", 0.5, 0.9999, 0.95),
            Resamples = (int)root.Number("resamples", 100, 1_000_000, 5_000, whole: true),
            Seed = (ulong)root.Number("seed", 0, 1L << 53, rows switch { ShopDatasetRecipe shop => shop.Seed, ShopQuestionsRecipe questions => questions.Seed, _ => 0 }, whole: true),
        };
        recipe = recipe with { DecidesBy = ReadDecision(root, recipe.Metrics) };
        CheckNames(recipe, root);
        CheckTasks(recipe, root);
        dataset.Finish();
        root.Finish();
        return recipe;
    }

    private static MetricRecipe? ReadDecision(RecipeMapping root, IReadOnlyList<MetricRecipe> metrics)
    {
        if (!root.Has("decision"))
        {
            return null;
        }

        var decision = root.Mapping("decision");
        var name = decision.Text("by");
        var task = decision.Has("task") ? decision.Text("task") : null;
        decision.Finish();
        var found = metrics.FirstOrDefault(metric => (metric.Name ?? metric.Scorer) == name && metric.Task == task);
        if (found is null && name.Length > 0)
        {
            decision.Fault("by", $"'{name}' of {task ?? "all rows"} is not measured; expected one of {string.Join(", ", metrics.Select(metric => $"{metric.Name ?? metric.Scorer}{(metric.Task is { } of ? $" with task {of}" : "")}"))}.");
        }

        return found;
    }

    private static List<JudgeRecipe> ReadJudges(RecipeMapping root)
    {
        var judges = new List<JudgeRecipe>();
        if (!root.Has("judges"))
        {
            return judges;
        }

        foreach (var item in root.List("judges"))
        {
            var name = item.Text("name");
            judges.Add(new JudgeRecipe(name, item.Text("model"), new JudgeOptions
            {
                Name = name.Length > 0 ? name : null,
                Format = item.Choice("format", JudgeReplyFormat.Schema),
                MaxRepairs = (int)item.Number("repairs", 0, 10, 2, whole: true),
                MaxOutputTokens = (int)item.Number("max_tokens", 16, 1 << 20, 2048, whole: true),
                MaxReasonLength = (int)item.Number("max_reason", 20, 2000, 400, whole: true),
                Temperature = (float)item.Number("temperature", 0, 10, 0),
                Seed = item.Has("seed") ? (long)item.Number("seed", 0, 1L << 53, 0, whole: true) : null,
            }, ServerRecipe.Read(item)));
            item.Finish();
        }

        return judges;
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

        foreach (var (name, count) in recipe.Judges.CountBy(judge => judge.Name).Where(pair => pair.Value > 1))
        {
            root.Fault("judges", $"{count} are called '{name}'; expected different names.");
        }

        // Scorers with settings have names of their own making; the plan checks those.
        foreach (var metric in recipe.Metrics.Where(metric => metric.Settings is null || metric.Name is not null).CountBy(metric => (metric.Task, Name: metric.Name ?? metric.Scorer)).Where(pair => pair.Value > 1))
        {
            root.Fault("metrics", $"'{metric.Key.Name}' measures '{metric.Key.Task ?? "all rows"}' {metric.Value} times.");
        }

        foreach (var name in recipe.Metrics.SelectMany(metric => metric.Settings?.Judges ?? []).Distinct(StringComparer.Ordinal).Where(name => name.Length > 0 && recipe.Judges.All(judge => judge.Name != name)))
        {
            root.Fault("judges", $"there is no judge '{name}', which a metric names; found {(recipe.Judges.Count == 0 ? "none" : string.Join(", ", recipe.Judges.Select(judge => judge.Name)))}.");
        }

        foreach (var name in recipe.Metrics.Select(metric => metric.Settings?.Against).OfType<string>().Distinct(StringComparer.Ordinal).Where(name => recipe.Candidates.All(candidate => candidate.Name != name)))
        {
            root.Fault("metrics", $"'against' is '{name}', which is no candidate; expected reference or one of {string.Join(", ", recipe.Candidates.Select(candidate => candidate.Name))}.");
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
