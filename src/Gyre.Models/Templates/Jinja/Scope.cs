namespace Gyre.Models.Templates.Jinja;

/// <summary>Names and their values, with the scope round it.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    /// <summary>Finds a name here or further out.</summary>
    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._values.TryGetValue(name, out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>Sets a name here.</summary>
    public void Set(string name, object? value) => _values[name] = value;

    private Scope? Outer { get; } = outer;
}
