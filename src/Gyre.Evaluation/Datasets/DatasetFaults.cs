namespace Gyre.Evaluation.Datasets;

/// <summary>What is wrong with a dataset, gathered so that one message tells it all.</summary>
internal sealed class DatasetFaults
{
    private const int MostListed = 20;
    private readonly List<string> _listed = [];
    private int _count;

    /// <summary>Notes a fault of a line.</summary>
    public void Add(long line, string fault)
    {
        if (_count++ < MostListed)
        {
            _listed.Add($"line {line}: {fault}");
        }
    }

    /// <summary>Throws when there are faults.</summary>
    public void ThrowIfAny(string path)
    {
        if (_count > 0)
        {
            throw Error(path, _listed, _count);
        }
    }

    public static EvaluationException Error(string source, IReadOnlyList<string> listed, int count) => new(
        "EVA0030",
        $"Reading a dataset failed: {count} fault(s) in {source}:{string.Concat(listed.Select(fault => $"\n  {fault}"))}{(count > listed.Count ? $"\n  … and {count - listed.Count} more" : "")}\nMend the file, or name its columns in the recipe.");
}
