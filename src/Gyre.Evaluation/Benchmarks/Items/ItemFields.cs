using System.Globalization;
using Gyre.Evaluation.Benchmarks.Sources;

namespace Gyre.Evaluation.Benchmarks.Items;

/// <summary>The texts of an item: what was set, then what the definition makes of the columns, then the columns.</summary>
internal sealed class ItemFields(BenchmarkRecord record) : IFields
{
    private readonly Dictionary<string, string> _set = new(StringComparer.Ordinal)
    {
        ["@row"] = record.Line.ToString(CultureInfo.InvariantCulture) + record.Place,
        ["@file"] = record.FileSubject,
    };

    private ItemFields(BenchmarkRecord record, Dictionary<string, string> set)
        : this(record) => _set = set;

    /// <summary>The record itself.</summary>
    public BenchmarkRecord Record => record;

    /// <summary>Sets a text.</summary>
    public void Set(string name, string value) => _set[name] = value;

    /// <summary>A copy in which one more text is set.</summary>
    public ItemFields With(string name, string value)
    {
        var copy = new ItemFields(record, new Dictionary<string, string>(_set, StringComparer.Ordinal));
        copy.Set(name, value);
        return copy;
    }

    /// <inheritdoc/>
    public string? Find(string name)
    {
        if (_set.TryGetValue(name, out var set))
        {
            return set;
        }

        var texts = record.Texts(name);
        return texts.Count == 0 ? null : texts.Count == 1 ? texts[0] : string.Join('\n', texts);
    }
}
