using Gyre.Evaluation.Benchmarks.Definitions;

namespace Gyre.Evaluation.Benchmarks;

/// <summary>A benchmark as its YAML file describes it: where it is from, what its files hold, what is asked and how answers count.</summary>
/// <remarks>Immutable. The form is described in <c>docs/design/evaluation-benchmarks.md</c>.</remarks>
public sealed record BenchmarkDefinition
{
    internal BenchmarkDefinition(BenchmarkRules rules) => Rules = rules;

    /// <summary>The stable name: <c>mmlu</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name that people use.</summary>
    public required string Title { get; init; }

    /// <summary>Where it was published.</summary>
    public required BenchmarkPaper Paper { get; init; }

    /// <summary>Raised whenever a change of the file changes results.</summary>
    public required int Version { get; init; }

    /// <summary>Under which the data are given out.</summary>
    public required string Licence { get; init; }

    /// <summary>Where the data come from.</summary>
    public required string Home { get; init; }

    /// <summary>What is scored by what, and where this differs from the paper; may be empty.</summary>
    public required string Note { get; init; }

    /// <summary>What a model does for an item.</summary>
    public required BenchmarkTask Task { get; init; }

    /// <summary>What is reported; the first is the headline.</summary>
    public required IReadOnlyList<BenchmarkMeasure> Measures { get; init; }

    /// <summary>Examples before each question, unless a run says otherwise.</summary>
    public int DefaultShots => Shots.Count;

    /// <summary>What its folder is called where several benchmarks share one above it.</summary>
    public required string Folder { get; init; }

    /// <summary>The parts of its data: name, path inside the folder, where it can be fetched (empty when it cannot).</summary>
    public IReadOnlyList<(string Split, string Files, string Url)> Data => [.. Splits.Select(split => (split.Key, split.Value.Files, split.Value.Url))];

    /// <summary>SHA-256 of the definition's text.</summary>
    public required string Digest { get; init; }

    /// <summary>The splits of its data, by name; questions are from <c>test</c>.</summary>
    internal IReadOnlyDictionary<string, SplitRules> Splits => Rules.Splits;

    internal SourceRules Source => Rules.Source;

    internal ItemRules Items => Rules.Items;

    internal PromptRules Prompt => Rules.Prompt;

    internal ShotRules Shots => Rules.Shots;

    internal ChoiceRules Choices => Rules.Choices;

    internal GenerationRules Generation => Rules.Generation;

    internal CodeRules Code => Rules.Code;

    private BenchmarkRules Rules { get; }

    /// <summary>Where its files are: a folder's own folder of its name, else the folder itself.</summary>
    /// <param name="root">A folder of one benchmark's files, or of several benchmarks' folders.</param>
    public string FindFolder(string root)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        return new[] { Path.Combine(root, Name), Path.Combine(root, Folder) }.FirstOrDefault(HasFiles) ?? root;
    }

    /// <summary>True when a folder has the files of its questions.</summary>
    public bool HasFiles(string folder) => Sources.BenchmarkFolder.Find(folder, Splits["test"]).Count > 0;

    /// <summary>Reads a definition from a file of at most 1 MiB.</summary>
    /// <exception cref="EvaluationException">EVA0002: it is not one YAML mapping. EVA0060: it cannot be read. EVA0061: it has faults; all are listed with their line.</exception>
    public static BenchmarkDefinition Load(string path) => DefinitionReader.Load(path);

    /// <summary>Reads a definition from text.</summary>
    /// <param name="yaml">The definition.</param>
    /// <param name="source">What error messages call it.</param>
    /// <exception cref="EvaluationException">EVA0002 and EVA0061, as <see cref="Load"/>.</exception>
    public static BenchmarkDefinition Parse(string yaml, string source = "benchmark") => DefinitionReader.Parse(yaml, source);
}
