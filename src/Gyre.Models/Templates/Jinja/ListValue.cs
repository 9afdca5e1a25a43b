namespace Gyre.Models.Templates.Jinja;

/// <summary>A list or tuple. Templates cannot change it.</summary>
internal sealed class ListValue(IReadOnlyList<object?> items, bool isTuple = false)
{
    /// <summary>The items.</summary>
    public IReadOnlyList<object?> Items { get; } = items;

    /// <summary>True for a tuple, which prints in parentheses and equals no list.</summary>
    public bool IsTuple { get; } = isTuple;
}
