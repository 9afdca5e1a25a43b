namespace Gyre.Models.Templates.Jinja;

/// <summary>A dictionary that keeps the order of its entries. Templates cannot change it.</summary>
internal sealed class DictionaryValue
{
    private readonly OrderedDictionary<object, object?> _entries = new(KeyComparer.Instance);

    /// <summary>The entries, in order of insertion.</summary>
    public IReadOnlyList<KeyValuePair<object, object?>> Entries => _entries;

    /// <summary>The number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>Sets an entry while the dictionary is being built.</summary>
    public DictionaryValue Set(object? key, object? value)
    {
        _entries[key ?? KeyComparer.NoneKey] = value;
        return this;
    }

    /// <summary>Finds an entry.</summary>
    public bool TryGet(object? key, out object? value) => _entries.TryGetValue(key ?? KeyComparer.NoneKey, out value);

    private sealed class KeyComparer : IEqualityComparer<object>
    {
        public static readonly object NoneKey = new();

        public static KeyComparer Instance { get; } = new();

        public new bool Equals(object? x, object? y) => ReferenceEquals(x, y) || Comparisons.AreEqual(x, y);

        public int GetHashCode(object obj) => obj switch
        {
            string text => text.GetHashCode(StringComparison.Ordinal),
            bool flag => flag ? 1.0.GetHashCode() : 0.0.GetHashCode(),
            long number => ((double)number).GetHashCode(),
            double number => number.GetHashCode(),
            _ => 0,
        };
    }
}
