namespace Gyre.Registry.Datasets;

/// <summary>What is wrong with rows, gathered so that one message tells it all.</summary>
internal sealed class RowFaults(string name)
{
    private const int MostListed = 20;
    private readonly List<string> _listed = [];
    private long _count;

    public bool IsFull => _count >= 10_000;

    public void Add(string fault)
    {
        if (_count++ < MostListed)
        {
            _listed.Add(fault);
        }
    }

    public void ThrowIfAny()
    {
        if (_count > 0)
        {
            throw new RegistryException("REG0010", $"Adding to the dataset '{name}' failed: {_count} fault(s) in its rows:{string.Concat(_listed.Select(fault => $"\n  {fault}"))}{(_count > MostListed ? $"\n  … and {_count - MostListed} more" : "")}\nNothing was added. Mend the rows.");
        }
    }
}
