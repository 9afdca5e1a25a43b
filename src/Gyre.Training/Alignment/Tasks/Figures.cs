namespace Gyre.Training.Alignment.Tasks;

/// <summary>Means of a step's figures by the names under which they are logged.</summary>
internal sealed class Figures
{
    private readonly SortedDictionary<string, (double Sum, double Count)> _sums = new(StringComparer.Ordinal);

    /// <summary>Adds one value to a mean.</summary>
    public void Add(string name, double value)
    {
        var (sum, count) = _sums.GetValueOrDefault(name);
        _sums[name] = (sum + value, count + 1);
    }

    /// <summary>The means.</summary>
    public IReadOnlyDictionary<string, double> Means() => _sums.ToDictionary(pair => pair.Key, pair => pair.Value.Sum / pair.Value.Count, StringComparer.Ordinal);
}
