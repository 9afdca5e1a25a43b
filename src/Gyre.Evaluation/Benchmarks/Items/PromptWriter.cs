using Gyre.Contracts;
using Gyre.Evaluation.Benchmarks.Sources;

namespace Gyre.Evaluation.Benchmarks.Items;

/// <summary>Writes what a model reads for an item: introduction, examples, question.</summary>
/// <remarks>Safe for several threads.</remarks>
internal sealed class PromptWriter
{
    private const int MostIntroBytes = 1 << 20;
    private readonly BenchmarkDefinition _definition;
    private readonly string _folder;
    private readonly int _count;
    private readonly ulong _seed;
    private readonly Dictionary<string, List<BenchmarkItem>> _pools = new(StringComparer.Ordinal);
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> _begins = new(StringComparer.Ordinal);

    /// <summary>A writer with examples to choose from.</summary>
    /// <param name="definition">The benchmark.</param>
    /// <param name="folder">Where files for introductions are.</param>
    /// <param name="examples">The items that examples are from; none when there are no examples.</param>
    /// <param name="count">Examples before each question.</param>
    /// <param name="seed">Chooses them.</param>
    /// <exception cref="EvaluationException">EVA0065: there are too few examples.</exception>
    public PromptWriter(BenchmarkDefinition definition, string folder, IReadOnlyList<BenchmarkItem> examples, int count, ulong seed)
    {
        (_definition, _folder, _count, _seed) = (definition, folder, count, seed);
        foreach (var pool in examples.GroupBy(item => definition.Shots.IsPerSubject ? item.Subject : ""))
        {
            _pools[pool.Key] = [.. pool];
        }
    }

    /// <summary>What stands before an item's question: introduction and examples.</summary>
    /// <param name="item">The item.</param>
    /// <exception cref="EvaluationException">EVA0065: there are too few examples of its subject. EVA0063: the introduction's file cannot be read.</exception>
    public string Preface(BenchmarkItem item) =>

        // Examples are the same for all items of a subject, unless one of them is an example itself.
        Pool(item).Any(example => IsSame(example, item))
            ? Begin(item)
            : _begins.GetOrAdd(item.Subject, _ => Begin(item));

    private List<BenchmarkItem> Pool(BenchmarkItem item) =>
        _count == 0 ? [] : _pools.GetValueOrDefault(_definition.Shots.IsPerSubject ? item.Subject : "") ?? [];

    private static bool IsSame(BenchmarkItem example, BenchmarkItem item) =>
        example.Id == item.Id && example.Fields.Record.File == item.Fields.Record.File;

    private string Begin(BenchmarkItem item)
    {
        var rules = _definition.Prompt;
        var faults = new List<string>();
        var begin = rules.IntroFile.IsEmpty || ReadIntro(rules.IntroFile.Render(item.Fields, faults)) is not { } intro ? rules.Intro.Render(item.Fields, faults) : intro + rules.Separator;
        var examples = Choose(item);
        foreach (var example in examples)
        {
            begin += example.Fields.Find("@question") + _definition.Shots.Answer.Render(example.Fields, faults) + rules.Separator;
        }

        return faults.Count == 0
            ? begin
            : throw new EvaluationException("EVA0062", $"Writing the examples of '{_definition.Name}' failed: {string.Join("; ", faults.Distinct(StringComparer.Ordinal))}. See that the definition's examples have what its templates name.");
    }

    private List<BenchmarkItem> Choose(BenchmarkItem item)
    {
        var pool = Pool(item).Where(example => !IsSame(example, item)).ToList();
        if (pool.Count < _count)
        {
            throw new EvaluationException("EVA0065", $"Writing the examples of '{_definition.Name}' failed: {_count} are asked for and the split '{_definition.Shots.Split}' has {pool.Count}{(_definition.Shots.IsPerSubject ? $" of '{item.Subject}'" : "")} beside the question. Ask for fewer, or complete the folder.");
        }

        if (!_definition.Shots.IsSeeded)
        {
            return pool[.._count];
        }

        var random = new SeededRandom(_seed).Fork($"shots/{_definition.Name}/{(_definition.Shots.IsPerSubject ? item.Subject : "")}");
        for (var i = 0; i < _count; i++)
        {
            var other = random.NextInt32(i, pool.Count);
            (pool[i], pool[other]) = (pool[other], pool[i]);
        }

        return pool[.._count];
    }

    /// <summary>The introduction's text; null when the folder lacks it and may.</summary>
    private string? ReadIntro(string file)
    {
        var path = BenchmarkFolder.InsideOf(_folder, file)
            ?? throw new EvaluationException("EVA0063", $"Reading a benchmark's data failed: the introduction '{file}' lies outside the folder. Folder: {_folder}. Correct the definition.");
        if (_definition.Prompt.IsIntroOptional && !File.Exists(path))
        {
            return null;
        }

        try
        {
            var length = new FileInfo(path).Length;
            if (length > MostIntroBytes)
            {
                throw new EvaluationException("EVA0063", $"Reading a benchmark's data failed: the introduction has {length} bytes; at most {MostIntroBytes} are expected. File: {path}. Complete the folder from {_definition.Home}.");
            }

            var text = File.ReadAllText(path);
            var at = _definition.Prompt.IntroAfter.Length == 0 ? -1 : text.IndexOf(_definition.Prompt.IntroAfter, StringComparison.Ordinal);
            return (at < 0 ? text : text[(at + _definition.Prompt.IntroAfter.Length)..]).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException("EVA0063", $"Reading a benchmark's data failed: {error.Message} File: {path}. Complete the folder from {_definition.Home}.", error);
        }
    }
}
