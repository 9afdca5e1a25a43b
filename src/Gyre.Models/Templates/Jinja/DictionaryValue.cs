namespace Gyre.Models.Templates.Jinja;

/// <summary>A dictionary that keeps the order of its entries. Templates cannot change it.</summary>
/// <remarks>Reading and comparing keys is charged to the budget of the rendering that it belongs to.</remarks>
internal sealed class DictionaryValue(RenderBudget budget)
{
    private static readonly object NoneKey = new();

    private readonly OrderedDictionary<object, object?> _entries = new(new KeyComparer(budget));

    /// <summary>The entries, in order of insertion.</summary>
    public IReadOnlyList<KeyValuePair<object, object?>> Entries => _entries;

    /// <summary>The number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>Sets an entry while the dictionary is being built.</summary>
    public DictionaryValue Set(object? key, object? value)
    {
        _entries[key ?? NoneKey] = value;
        return this;
    }

    /// <summary>Finds an entry.</summary>
    public bool TryGet(object? key, out object? value) => _entries.TryGetValue(key ?? NoneKey, out value);

    // A template can choose numbers and tuples of one hash code, so each comparison is charged.
    private sealed class KeyComparer(RenderBudget budget) : IEqualityComparer<object>
    {
        public new bool Equals(object? x, object? y) => Comparisons.AreEqual(x, y, budget);

        public int GetHashCode(object obj)
        {
            switch (obj)
            {
                case string text:
                    budget.ChargeReading(text.Length);
                    return text.GetHashCode(StringComparison.Ordinal);
                case bool flag:
                    return flag ? 1.0.GetHashCode() : 0.0.GetHashCode();
                case long number:
                    return ((double)number).GetHashCode();
                case double number:
                    return number.GetHashCode();
                default:
                    return 0;
            }
        }
    }
}
