using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gyre.Evaluation.Recipes;

namespace Gyre.Evaluation.Selection;

/// <summary>Reads recipes of a choice and gathers every fault before it complains.</summary>
internal static class SelectionRecipeReader
{
    private const int MostBytes = 1 << 20;
    private const int MostItems = 64;
    private const double MostNumber = 1e12;
    private const int MostTokens = 1 << 24;
    private static readonly string[] Caches = ["f32", "f16", "int8"];

    public static SelectionRecipe Load(string path) => Parse(ReadText(path, "a selection recipe", "Check the path; one that comes with Gyre is recipes/select-store-writer.yaml."), path);

    /// <summary>The text of a file that a person wrote.</summary>
    public static string ReadText(string path, string kind, string advice)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length <= MostBytes
                ? File.ReadAllText(path)
                : throw new EvaluationException("EVA0120", $"Reading {kind} failed: the file has {length} bytes, at most {MostBytes} are expected. File: {path}. Name another file.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException("EVA0120", $"Reading {kind} failed: {error.Message} File: {path}. {advice}", error);
        }
    }

    public static SelectionRecipe Parse(string yaml, string source)
    {
        var faults = new List<string>();
        var recipe = Read(new RecipeMapping(EvaluationRecipeReader.ReadRoot(yaml, source, "a selection recipe", "EVA0121"), "", faults), faults);
        return faults.Count == 0
            ? recipe with { Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(yaml))) }
            : throw new EvaluationException("EVA0122", $"Reading a selection recipe failed: {faults.Count} fault(s) in {source}:{string.Concat(faults.Select(fault => $"\n  {fault}"))}\nMend them and run again.");
    }

    /// <summary>How a member of an enumeration is written in recipes.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static SelectionRecipe Read(RecipeMapping root, List<string> faults)
    {
        var sensitivity = root.Mapping("sensitivity", optional: true);
        var recipe = new SelectionRecipe
        {
            Name = root.Text("name"),
            UseCase = root.Text("use_case"),
            DecidedBy = root.Text("decided_by", ""),
            Candidates = ReadCandidates(root),
            Evidence = ReadEvidence(root),
            Objectives = ReadObjectives(root),
            Limits = ReadLimits(root.Mapping("limits", optional: true)),
            Serving = ReadServing(root.Mapping("serving", optional: true)),
            Consequences = root.Texts("consequences"),
            OpenQuestions = root.Texts("open_questions"),
            Confidence = root.Number("confidence", 0.5, 0.9999, 0.95),
            WeightDraws = (int)sensitivity.Number("draws", 100, 1_000_000, 10_000, whole: true),
            WeightSpread = sensitivity.Number("spread", 0.01, 3, 0.5),
            Seed = (ulong)sensitivity.Number("seed", 0, 1L << 53, 0, whole: true),
        };
        sensitivity.Finish();
        root.Finish();
        if (faults.Count == 0)
        {
            Check(recipe, root);
        }

        return recipe;
    }

    private static IReadOnlyList<RecipeMapping> Items(RecipeMapping root, string key)
    {
        var items = root.List(key);
        if (items.Count > MostItems)
        {
            root.Fault(key, $"has {items.Count} entries; at most {MostItems} are expected.");
        }

        return items;
    }

    private static List<SelectionCandidate> ReadCandidates(RecipeMapping root)
    {
        var candidates = new List<SelectionCandidate>();
        foreach (var item in Items(root, "candidates"))
        {
            var model = item.Text("model");
            var openness = item.Mapping("openness", optional: true);
            candidates.Add(new SelectionCandidate
            {
                Recipe = CandidateRecipeReader.Asked(item, item.Text("name", model.Length > 0 ? model : "?"), model),
                StatedMemoryMib = item.Has("memory_mib") ? item.Number("memory_mib", 0, MostNumber, null) : null,
                StatedContextTokens = item.Has("context_tokens") ? (int)item.Number("context_tokens", 1, MostTokens, null, whole: true) : null,
                Openness = new OpennessProfile
                {
                    Weights = Choice<WeightAccess>(openness, "weights"),
                    Licence = Choice<LicenceClass>(openness, "licence"),
                    LicenceName = openness.Text("licence_name", ""),
                    Data = Choice<Disclosure>(openness, "data"),
                    Code = Choice<Disclosure>(openness, "code"),
                    Source = openness.Text("source", ""),
                },
            });
            openness.Finish();
            item.Finish();
        }

        return candidates;
    }

    private static List<SelectionEvidenceRecipe> ReadEvidence(RecipeMapping root)
    {
        var evidence = new List<SelectionEvidenceRecipe>();
        foreach (var item in Items(root, "evidence"))
        {
            var benchmarks = item.Mapping("benchmarks", optional: true);
            var names = item.Mapping("names", optional: true);
            var one = new SelectionEvidenceRecipe
            {
                Name = item.Text("name"),
                Recipe = item.Has("recipe") ? item.Text("recipe") : null,
                Result = item.Has("result") ? item.Text("result") : null,
                Review = item.Has("review") ? item.Text("review") : null,
                Benchmarks = benchmarks.Keys.Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => benchmarks.Text(name), StringComparer.Ordinal),
                Names = names.Keys.Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => names.Text(name), StringComparer.Ordinal),
            };
            var kinds = (one.Recipe is null ? 0 : 1) + (one.Result is null ? 0 : 1) + (one.Review is null ? 0 : 1) + (one.Benchmarks.Count == 0 ? 0 : 1);
            if (kinds != 1)
            {
                item.Fault("name", $"'{one.Name}' names {kinds} sources; expected one of recipe, result, benchmarks, review.");
            }

            evidence.Add(one);
            item.Finish();
        }

        return evidence;
    }

    private static List<SelectionObjective> ReadObjectives(RecipeMapping root)
    {
        var objectives = new List<SelectionObjective>();
        foreach (var item in Items(root, "objectives"))
        {
            var measure = Choice<SelectionMeasure>(item, "measure") ?? SelectionMeasure.Evidence;
            var scale = item.Mapping("scale", optional: true);
            var (worst, best) = item.Has("scale") ? (scale.Number("worst", -MostNumber, MostNumber, null), scale.Number("best", -MostNumber, MostNumber, null)) : (0, 1);
            if (worst == best)
            {
                item.Fault("scale", "has the same worst and best; expected two numbers.");
            }

            scale.Finish();
            objectives.Add(new SelectionObjective
            {
                Name = item.Text("name"),
                Weight = item.Number("weight", 0, 1e6, null),
                Measure = measure,
                Evidence = item.Has("evidence") ? item.Text("evidence") : null,
                Metric = item.Has("metric") ? item.Text("metric") : null,
                Task = item.Has("task") ? item.Text("task") : null,
                Segment = item.Text("segment", ""),
                Target = item.Has("target") ? item.Number("target", -MostNumber, MostNumber, null) : null,
                Scale = item.Has("scale") ? (worst, best) : null,
                AtLeast = item.Has("at_least") ? item.Number("at_least", -MostNumber, MostNumber, null) : null,
                AtMost = item.Has("at_most") ? item.Number("at_most", -MostNumber, MostNumber, null) : null,
                Aspect = Choice<SelectionAspect>(item, "aspect") ?? AspectOf(measure, item.Has("evidence") ? item.Text("evidence") : null, root),
            });
            item.Finish();
        }

        return objectives;
    }

    /// <summary>What a measure shows by itself; evidence shows what its kind does.</summary>
    private static SelectionAspect AspectOf(SelectionMeasure measure, string? evidence, RecipeMapping root) => measure switch
    {
        SelectionMeasure.P95Seconds or SelectionMeasure.MedianSeconds => SelectionAspect.Latency,
        SelectionMeasure.MemoryMib => SelectionAspect.Memory,
        SelectionMeasure.CostPerThousand => SelectionAspect.Cost,
        SelectionMeasure.Openness => SelectionAspect.Openness,
        _ when root.Has("evidence") && root.List("evidence").FirstOrDefault(item => item.Has("name") && item.Text("name") == evidence) is { } found =>
            found.Has("benchmarks") ? SelectionAspect.Benchmark : found.Has("review") ? SelectionAspect.Review : SelectionAspect.Suitability,
        _ => SelectionAspect.Suitability,
    };

    private static SelectionLimits ReadLimits(RecipeMapping limits)
    {
        var licences = new List<LicenceClass>();
        foreach (var text in limits.Texts("licences"))
        {
            if (TryWord(text, out LicenceClass licence))
            {
                licences.Add(licence);
            }
            else
            {
                limits.Fault("licences", $"'{text}' is unknown; expected {Words<LicenceClass>()}.");
            }
        }

        var read = new SelectionLimits
        {
            P95Seconds = Optional(limits, "p95_seconds", 0),
            MemoryMib = Optional(limits, "memory_mib", 0),
            CostPerThousand = Optional(limits, "cost_per_thousand", 0),
            ContextTokens = limits.Has("context_tokens") ? (int)limits.Number("context_tokens", 1, MostTokens, null, whole: true) : null,
            Licences = licences,
            Openness = limits.Has("openness") ? limits.Number("openness", 0, OpennessProfile.Most, null) : null,
        };
        limits.Finish();
        return read;
    }

    private static SelectionServing ReadServing(RecipeMapping serving)
    {
        var standard = new SelectionServing();
        var read = new SelectionServing
        {
            ContextTokens = (int)serving.Number("context_tokens", 1, MostTokens, standard.ContextTokens, whole: true),
            Parallel = (int)serving.Number("parallel", 1, 65_536, standard.Parallel, whole: true),
            Cache = serving.Text("cache", standard.Cache),
            CallsFrom = serving.Has("calls_from") ? serving.Text("calls_from") : null,
            MachinePricePerHour = Optional(serving, "machine_price_per_hour", 0),
        };
        if (!Caches.Contains(read.Cache, StringComparer.Ordinal))
        {
            serving.Fault("cache", $"'{read.Cache}' is unknown; expected one of {string.Join(", ", Caches)}.");
        }

        serving.Finish();
        return read;
    }

    private static double? Optional(RecipeMapping mapping, string key, double least) => mapping.Has(key) ? mapping.Number(key, least, MostNumber, null) : null;

    private static T? Choice<T>(RecipeMapping mapping, string key)
        where T : struct, Enum
    {
        if (!mapping.Has(key))
        {
            return null;
        }

        var text = mapping.Text(key);
        if (TryWord(text, out T value))
        {
            return value;
        }

        mapping.Fault(key, $"'{text}' is unknown; expected {Words<T>()}.");
        return null;
    }

    private static bool TryWord<T>(string text, out T value)
        where T : struct, Enum
    {
        foreach (var known in Enum.GetValues<T>().Where(known => Word(known) == text))
        {
            value = known;
            return true;
        }

        value = default;
        return false;
    }

    private static string Words<T>()
        where T : struct, Enum => "one of " + string.Join(", ", Enum.GetValues<T>().Select(Word));

    /// <summary>What can only be seen with all parts at hand.</summary>
    private static void Check(SelectionRecipe recipe, RecipeMapping root)
    {
        Unique("candidates", recipe.Candidates.Select(candidate => candidate.Name));
        Unique("evidence", recipe.Evidence.Select(evidence => evidence.Name));
        Unique("objectives", recipe.Objectives.Select(objective => objective.Name));
        if (recipe.Objectives.All(objective => objective.Weight == 0))
        {
            root.Fault("objectives", "have no weight above 0; expected one at least.");
        }

        foreach (var objective in recipe.Objectives)
        {
            CheckObjective(recipe, objective, root);
        }

        foreach (var (evidence, name) in recipe.Evidence.SelectMany(evidence => evidence.Benchmarks.Keys.Concat(evidence.Names.Keys).Select(name => (evidence.Name, name))))
        {
            if (recipe.Candidates.All(candidate => candidate.Name != name))
            {
                root.Fault("evidence", $"'{evidence}' is of '{name}', which is no candidate; expected one of {Known(recipe.Candidates.Select(candidate => candidate.Name))}.");
            }
        }

        if (recipe.Serving.CallsFrom is { } calls && !recipe.Evidence.Any(evidence => evidence.Name == calls && evidence is { Review: null, Benchmarks.Count: 0 }))
        {
            root.Fault("serving", $"calls_from '{calls}' is no experiment of the evidence.");
        }

        void Unique(string key, IEnumerable<string> names)
        {
            foreach (var (name, count) in names.CountBy(name => name).Where(pair => pair.Value > 1))
            {
                root.Fault(key, $"{count} are called '{name}'; expected different names.");
            }
        }
    }

    private static void CheckObjective(SelectionRecipe recipe, SelectionObjective objective, RecipeMapping root)
    {
        var isOfEvidence = objective.Measure == SelectionMeasure.Evidence;
        var evidence = recipe.Evidence.FirstOrDefault(evidence => evidence.Name == objective.Evidence);
        if (isOfEvidence && evidence is null)
        {
            root.Fault("objectives", $"'{objective.Name}' has the evidence '{objective.Evidence}', which is not there; expected one of {Known(recipe.Evidence.Select(one => one.Name))}, or a 'measure'.");
        }
        else if (isOfEvidence && objective.Metric is null && evidence!.Benchmarks.Count == 0) // Found, see above.
        {
            root.Fault("objectives", $"'{objective.Name}' names no 'metric' of '{evidence.Name}'.");
        }

        if (!isOfEvidence && (objective.Evidence ?? objective.Metric ?? objective.Task) is not null)
        {
            root.Fault("objectives", $"'{objective.Name}' has the measure '{Word(objective.Measure)}'; it takes no evidence, metric or task. The calls are those of 'serving.calls_from'.");
        }

        if (objective.Scale is null && objective.Measure is not (SelectionMeasure.Evidence or SelectionMeasure.Openness))
        {
            root.Fault("objectives", $"'{objective.Name}' has no 'scale'; expected the worst and the best value, for '{Word(objective.Measure)}' has no range of its own.");
        }

        if (objective is { Target: not null, Scale: null })
        {
            root.Fault("objectives", $"'{objective.Name}' has a target and no 'scale'; expected the distances that count 0 ('worst') and 1 ('best').");
        }
    }

    private static string Known(IEnumerable<string> names) => string.Join(", ", names);
}
