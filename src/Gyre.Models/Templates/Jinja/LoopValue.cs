namespace Gyre.Models.Templates.Jinja;

/// <summary>The <c>loop</c> of a running <c>for</c>.</summary>
internal sealed class LoopValue(IReadOnlyList<object?> items, int depth)
{
    private object? _lastChanged;
    private bool _hasChanged;

    /// <summary>The index of the present item.</summary>
    public int Index { get; set; }

    /// <summary>How many loops are round this one, itself included.</summary>
    public int Depth => depth;

    /// <summary>An attribute; false when there is no such one.</summary>
    public bool TryGet(string name, out object? value)
    {
        value = name switch
        {
            "index" => Index + 1L,
            "index0" => (long)Index,
            "revindex" => (long)(items.Count - Index),
            "revindex0" => (long)(items.Count - Index - 1),
            "first" => Index == 0,
            "last" => Index == items.Count - 1,
            "length" => (long)items.Count,
            "depth" => (long)depth,
            "depth0" => depth - 1L,
            "previtem" => Index > 0 ? items[Index - 1] : Undefined.Of("there is no item before the first"),
            "nextitem" => Index + 1 < items.Count ? items[Index + 1] : Undefined.Of("there is no item after the last"),
            "cycle" => new Callable("cycle", arguments => arguments.Positional.Count == 0
                ? throw arguments.Fault("is called without items")
                : arguments.Positional[Index % arguments.Positional.Count]),
            "changed" => new Callable("changed", arguments => HasChanged(new ListValue(arguments.Positional), arguments.Budget)),
            _ => this,
        };
        return !ReferenceEquals(value, this);
    }

    private bool HasChanged(ListValue now, RenderBudget budget)
    {
        var isNew = !_hasChanged || !Comparisons.AreEqual(_lastChanged, now, budget);
        _hasChanged = true;
        _lastChanged = now;
        return isNew;
    }
}
