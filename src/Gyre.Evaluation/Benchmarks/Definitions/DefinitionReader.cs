using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Gyre.Evaluation.Benchmarks.Aggregates;
using Gyre.Evaluation.Benchmarks.Items;
using Gyre.Evaluation.Recipes;

namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>Reads benchmark definitions and gathers every fault before it complains.</summary>
internal static class DefinitionReader
{
    private const int MostBytes = 1 << 20;
    private const int SkillLevels = 5;
    private static readonly string[] Formats = ["csv", "tsv", "jsonl", "json", "text"];

    public static BenchmarkDefinition Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var length = new FileInfo(path).Length;
            return length <= MostBytes
                ? Parse(File.ReadAllText(path), path)
                : throw new EvaluationException("EVA0060", $"Reading a benchmark failed: the file has {length} bytes, at most {MostBytes} are expected. File: {path}. Name a benchmark's definition.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException("EVA0060", $"Reading a benchmark failed: {error.Message} File: {path}. Check the path, or name one of {string.Join(", ", BenchmarkCatalogue.Names)}.", error);
        }
    }

    public static BenchmarkDefinition Parse(string yaml, string source)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentNullException.ThrowIfNull(source);
        var root = EvaluationRecipeReader.ReadRoot(yaml, source);
        var faults = new List<string>();
        var definition = Read(new RecipeMapping(root, "", faults), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(yaml))));
        return faults.Count == 0
            ? definition
            : throw new EvaluationException("EVA0061", $"Reading a benchmark failed: {faults.Count} fault(s) in {source}:{string.Concat(faults.Select(fault => $"\n  {fault}"))}\nMend them and run again.");
    }

    private static BenchmarkDefinition Read(RecipeMapping root, string digest)
    {
        var task = root.Text("task") switch
        {
            "choice" => BenchmarkTask.Choice,
            "generation" => BenchmarkTask.Generation,
            "code" => BenchmarkTask.Code,
            var other => Fault(root, "task", $"'{other}' is unknown; expected choice, generation or code.", BenchmarkTask.Choice),
        };
        var rules = new BenchmarkRules(
            ReadSplits(root.Mapping("splits")),
            ReadSource(root.Mapping("source")),
            ReadItems(root.Mapping("items", optional: true)),
            ReadPrompt(root.Mapping("prompt")),
            ReadShots(root.Mapping("shots", optional: true), task),
            ReadChoices(root, task),
            ReadGeneration(root.Mapping("generation", optional: task == BenchmarkTask.Choice), task),
            ReadCode(root.Mapping("code", optional: task != BenchmarkTask.Code), task));
        var definition = new BenchmarkDefinition(rules)
        {
            Name = root.Text("name"),
            Title = root.Text("title"),
            Paper = ReadPaper(root.Mapping("paper")),
            Version = (int)root.Number("version", 1, 10_000, null, whole: true),
            Licence = root.Text("licence"),
            Home = root.Text("home"),
            Note = root.Text("note", ""),
            Folder = FolderOf(root),
            Task = task,
            Digest = digest,
            Measures = ReadMeasures(root),
        };
        if (!definition.Splits.ContainsKey("test"))
        {
            root.Fault("splits", "has no split 'test', from which the questions are.");
        }

        if (definition.Shots.Count > 0 && !definition.Splits.ContainsKey(definition.Shots.Split))
        {
            root.Fault("shots", $"names the split '{definition.Shots.Split}', which 'splits' does not describe.");
        }

        root.Finish();
        return definition;
    }

    private static string FolderOf(RecipeMapping root)
    {
        var folder = root.Text("folder", root.Text("name"));
        return folder is "." or ".." || folder.AsSpan().ContainsAny('/', '\\') ? Fault(root, "folder", "is a path; expected one folder's name.", "") : folder;
    }

    private static BenchmarkPaper ReadPaper(RecipeMapping node)
    {
        var paper = new BenchmarkPaper(node.Text("title"), node.Text("authors"), (int)node.Number("year", 1950, 2100, null, whole: true), node.Text("reference"));
        node.Finish();
        return paper;
    }

    private static List<BenchmarkMeasure> ReadMeasures(RecipeMapping root)
    {
        var measures = new List<BenchmarkMeasure>();
        foreach (var node in root.List("metrics"))
        {
            var name = node.Text("name");
            var isLower = OneOf(node, "direction", null, "higher", "lower") == "lower";
            var direction = isLower ? ScoreDirection.LowerIsBetter : ScoreDirection.HigherIsBetter;
            if (BenchmarkMetrics.FormOf(name) is not { } form)
            {
                node.Fault("name", $"'{name}' is unknown; expected one of {string.Join(", ", BenchmarkMetrics.Names)}.");
            }
            else if (form.Direction != direction)
            {
                node.Fault("direction", $"is not that of '{name}'; expected {(isLower ? "higher" : "lower")}.");
            }

            var measure = new BenchmarkMeasure(name, direction, OneOf(node, "over", "items", "items", "subjects") == "subjects");
            if (measures.Exists(other => other.Label == measure.Label))
            {
                node.Fault("name", $"'{measure.Label}' stands there already.");
            }

            measures.Add(measure);
            node.Finish();
        }

        return measures;
    }

    private static Dictionary<string, SplitRules> ReadSplits(RecipeMapping node)
    {
        var splits = new Dictionary<string, SplitRules>(StringComparer.Ordinal);
        foreach (var name in node.Keys)
        {
            var split = node.Mapping(name);
            RecordFilter? filter = null;
            if (split.Has("where"))
            {
                var where = split.Mapping("where");
                filter = new RecordFilter(where.Text("column"), where.Texts("in"), where.Number("from", -1e15, 1e15, -1e15), where.Number("to", -1e15, 1e15, 1e15));
                where.Finish();
            }

            var files = split.Text("files");
            if (files.Split('/', '\\').Contains("..", StringComparer.Ordinal) || Path.IsPathRooted(files) || files.AsSpan().Count('*') > 2)
            {
                split.Fault("files", "leaves the folder or has too many '*'; expected a path inside it.");
            }

            var digest = split.Text("sha256", "");
            if (digest.Length > 0 && (digest.Length != 64 || digest.AsSpan().ContainsAnyExcept("0123456789abcdef")))
            {
                split.Fault("sha256", "is none; expected 64 hexadecimal digits in lower case.");
            }

            splits[name] = new SplitRules(files, split.Text("url", ""), digest, filter);
            split.Finish();
        }

        return splits;
    }

    private static SourceRules ReadSource(RecipeMapping node)
    {
        var source = new SourceRules(OneOf(node, "format", null, Formats), node.Text("header", ""), node.Text("list", ""), node.Texts("expand"));
        node.Finish();
        return source;
    }

    private static ItemRules ReadItems(RecipeMapping node)
    {
        var tags = node.Mapping("tags", optional: true);
        var fields = new List<FieldRule>();
        foreach (var field in node.Has("fields") ? node.List("fields") : [])
        {
            var replacements = new List<(Regex, string)>();
            foreach (var replacement in field.Has("replace") ? field.List("replace") : [])
            {
                if (ReadPattern(replacement, "pattern") is { } pattern)
                {
                    replacements.Add((pattern, replacement.Text("with", "")));
                }

                replacement.Finish();
            }

            fields.Add(new FieldRule(field.Text("name"), Template(field, "text", ""), replacements, field.Texts("common_prefix"), field.Text("after", "")));
            if (fields[^1].CommonPrefix.Count is not (0 or 2))
            {
                field.Fault("common_prefix", "expected two columns.");
            }

            field.Finish();
        }

        var items = new ItemRules(
            Template(node, "id", "{@row}"), Template(node, "subject", "{@file}"), Template(node, "group", ""),
            tags.Keys.ToDictionary(tag => tag, tag => Template(tags, tag, null), StringComparer.Ordinal), fields);
        tags.Finish();
        node.Finish();
        return items;
    }

    private static PromptRules ReadPrompt(RecipeMapping node)
    {
        var prompt = new PromptRules(Template(node, "intro", ""), Template(node, "intro_file", ""), OneOf(node, "intro_optional", "false", "false", "true") == "true", node.Text("intro_after", ""), Template(node, "question", ""), node.Text("separator", "\n\n"));
        node.Finish();
        return prompt;
    }

    private static ShotRules ReadShots(RecipeMapping node, BenchmarkTask task)
    {
        var shots = new ShotRules(
            (int)node.Number("count", 0, 64, 0, whole: true),
            node.Text("split", "dev"),
            OneOf(node, "selection", "seeded", "seeded", "first") == "seeded",
            OneOf(node, "from", "all", "all", "subject") == "subject",
            Template(node, "answer", task == BenchmarkTask.Choice ? "{continuation}" : " {reference}"));
        node.Finish();
        return shots;
    }

    private static ChoiceRules ReadChoices(RecipeMapping root, BenchmarkTask task)
    {
        var sources = new List<ChoiceSource>();
        foreach (var node in root.Has("choices") ? root.List("choices") : [])
        {
            var source = new ChoiceSource(
                node.Has("text") ? Template(node, "text", null) : null,
                node.Text("list", ""),
                node.Text("split_by", ""),
                node.Text("tags", ""),
                node.Has("tag") ? Template(node, "tag", null) : null,
                node.Text("span_of", ""),
                OneOf(node, "right", "false", "false", "true") == "true");
            if (source.Text is null == (source.List.Length == 0))
            {
                node.Fault("text", "and 'list' say the same; expected one of them.");
            }

            sources.Add(source);
            node.Finish();
        }

        if (task == BenchmarkTask.Choice && sources.Count == 0)
        {
            root.Fault("choices", "is missing; expected the answers to choose from.");
        }

        var gold = root.Mapping("gold", optional: true);
        var map = gold.Mapping("map", optional: true);
        var rule = new GoldRule(
            gold.Has("index") ? Template(gold, "index", null) : null,
            (int)gold.Number("first", 0, 1, 0, whole: true),
            map.Keys.ToDictionary(key => key, key => (int)map.Number(key, 0, 1000, null, whole: true), StringComparer.Ordinal),
            gold.Has("tag") ? Template(gold, "tag", null) : null,
            gold.Text("texts", ""));
        gold.Finish();
        var answer = root.Mapping("answer", optional: true);
        var rules = new ChoiceRules(
            sources, rule, Template(answer, "continuation", " {choice}"),
            answer.Has("unconditional") ? Template(answer, "unconditional", null) : null,
            OneOf(answer, "shuffle", "false", "false", "true") == "true",
            Template(answer, "asked", "{@question}\n\n{@choices}\n\nAnswer with the letter of the right answer alone."));
        answer.Finish();
        return rules;
    }

    private static GenerationRules ReadGeneration(RecipeMapping node, BenchmarkTask task)
    {
        var extraction = OneOf(node, "extract", "whole", [.. Tasks.AnswerExtraction.Names]);
        var rules = new GenerationRules(
            (int)node.Number("max_tokens", 1, 1 << 16, 256, whole: true),
            node.Texts("stop"),
            node.Number("temperature", 0, 2, 0),
            (int)node.Number("samples", 1, 200, 1, whole: true),
            extraction,
            node.Has("pattern") ? ReadPattern(node, "pattern") : null,
            OneOf(node, "check", "none", [.. Tasks.AnswerCheck.Names]),
            [.. node.Texts("references").Select(text => Template(node, "references", text, isGiven: true))],
            OneOf(node, "extract_reference", "whole", [.. Tasks.AnswerExtraction.Names]),
            [.. (node.Has("skills") ? node.List("skills") : []).Select(ReadSkill).OfType<SkillRule>()],
            node.Text("skills_of", ""));
        if (extraction == "pattern" && rules.Pattern is null && task == BenchmarkTask.Generation)
        {
            node.Fault("pattern", "is missing; expected a pattern whose first group, or whole, is the answer.");
        }

        node.Finish();
        return rules;
    }

    private static SkillRule? ReadSkill(RecipeMapping node)
    {
        var (name, title, question, levels) = (node.Text("name"), node.Text("title"), node.Text("question"), node.Texts("levels"));
        node.Finish();
        if (name.Length == 0 || question.Length == 0)
        {
            return null;
        }

        return levels.Count == SkillLevels && levels.All(level => level.Trim().Length > 0)
            ? new SkillRule(title, new Judges.Rubric(name, question, levels))
            : Fault<SkillRule?>(node, "levels", $"has {levels.Count} levels; expected {SkillLevels}, all described.", null);
    }

    private static CodeRules ReadCode(RecipeMapping node, BenchmarkTask task)
    {
        var program = Template(node, "program", task == BenchmarkTask.Code ? null : "");
        var code = new CodeRules(program, node.Has("whole") ? Template(node, "whole", null) : program, node.Texts("stop"), Template(node, "entry_point", ""));
        node.Finish();
        return code;
    }

    private static TextTemplate Template(RecipeMapping node, string key, string? fallback, bool isGiven = false)
    {
        var text = isGiven ? fallback! : node.Text(key, fallback); // Given texts are there.
        var template = TextTemplate.Parse(text, out var fault);
        if (fault.Length > 0)
        {
            node.Fault(key, $"is no template: {fault}.");
        }

        return template;
    }

    private static Regex? ReadPattern(RecipeMapping node, string key)
    {
        var text = node.Text(key);
        try
        {
            return new Regex(text, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException error)
        {
            return Fault<Regex?>(node, key, $"is no pattern: {error.Message}", null);
        }
    }

    private static string OneOf(RecipeMapping node, string key, string? fallback, params string[] allowed)
    {
        var text = node.Text(key, fallback);
        return text.Length == 0 || allowed.Contains(text, StringComparer.Ordinal)
            ? text
            : Fault(node, key, $"'{text}' is unknown; expected one of {string.Join(", ", allowed)}.", allowed[0]);
    }

    private static TValue Fault<TValue>(RecipeMapping node, string key, string message, TValue value)
    {
        node.Fault(key, message);
        return value;
    }
}
