namespace Gyre.Training.Examples;

/// <summary>Collects what is wrong with examples, so that all of it is told at once.</summary>
internal sealed class ExampleFaults
{
    private const int MostListed = 20;
    private readonly List<string> _listed = [];

    public int Count { get; private set; }

    public void Add(string place, string fault)
    {
        Count++;
        if (_listed.Count < MostListed)
        {
            _listed.Add($"  {place}: {fault}");
        }
    }

    /// <remarks>Errors: TRN0302 with the first twenty faults and their number.</remarks>
    public void ThrowIfAny()
    {
        if (Count > 0)
        {
            throw new TrainingException("TRN0302", $"Reading the examples failed: {Count} {(Count == 1 ? "fault" : "faults")}{(Count > MostListed ? $", the first {MostListed} of them" : "")}. Mend these and run again:\n{string.Join('\n', _listed)}");
        }
    }
}
