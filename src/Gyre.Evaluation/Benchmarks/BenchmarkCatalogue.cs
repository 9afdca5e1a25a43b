using System.Reflection;
using Gyre.Evaluation.Benchmarks.Definitions;

namespace Gyre.Evaluation.Benchmarks;

/// <summary>The benchmarks that come with Gyre, as definitions; their data do not.</summary>
public static class BenchmarkCatalogue
{
    private const string Prefix = "Gyre.Evaluation.Benchmarks.Definitions.";
    private const string Ending = ".yaml";

    /// <summary>Every name, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(BenchmarkCatalogue).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Ending.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The definition of a name, or null when there is none.</summary>
    public static BenchmarkDefinition? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        using var stream = Names.Contains(name, StringComparer.Ordinal) ? Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Prefix}{name}{Ending}") : null;
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return DefinitionReader.Parse(reader.ReadToEnd(), $"{name}{Ending}");
    }

    /// <summary>The definition of a name, or of a file where no benchmark has that name.</summary>
    /// <exception cref="EvaluationException">EVA0060 and EVA0061: as <see cref="BenchmarkDefinition.Load"/>.</exception>
    public static BenchmarkDefinition Open(string nameOrPath) => Find(nameOrPath) ?? BenchmarkDefinition.Load(nameOrPath);
}
