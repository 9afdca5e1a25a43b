namespace Gyre.Training.Curation.Import;

/// <summary>What is wrong with records of sources, gathered so that one message tells it all.</summary>
internal sealed class ImportFaults(bool dropsFaulty)
{
    public const int MostListed = 20;
    private readonly List<string> _listed = [];

    /// <summary>Faults so far.</summary>
    public long Count { get; private set; }

    /// <summary>The first ones.</summary>
    public IReadOnlyList<string> Listed => _listed;

    /// <summary>Notes a fault; throws when faults are not to be dropped and the list is full.</summary>
    public void Add(string file, long line, string fault)
    {
        Count++;
        if (_listed.Count < MostListed)
        {
            _listed.Add($"{file}:{line}: {fault}");
        }

        if (!dropsFaulty && _listed.Count == MostListed)
        {
            ThrowIfAny();
        }
    }

    /// <summary>Throws when there are faults that are not to be dropped.</summary>
    /// <exception cref="TrainingException">TRN0501.</exception>
    public void ThrowIfAny()
    {
        if (Count > 0 && !dropsFaulty)
        {
            throw new TrainingException(
                "TRN0501",
                $"Importing records failed: {Count}{(_listed.Count == MostListed ? " or more" : "")} {(Count == 1 ? "record" : "records")} cannot be used:\n{string.Join('\n', _listed.Select(fault => $"  {fault}"))}\nMend them, name the columns in the recipe, or leave such records out with 'faulty: drop'.");
        }
    }
}
