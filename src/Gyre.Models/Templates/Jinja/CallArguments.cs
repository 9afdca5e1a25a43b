namespace Gyre.Models.Templates.Jinja;

/// <summary>The evaluated arguments of a call, filter or test.</summary>
internal sealed class CallArguments(
    Renderer renderer, Position position, string name, IReadOnlyList<object?> positional, IReadOnlyList<(string Name, object? Value)> named)
{
    /// <summary>Runs the template.</summary>
    public Renderer Renderer => renderer;

    /// <summary>What the call may still use.</summary>
    public RenderBudget Budget => renderer.Budget;

    /// <summary>Where the call is.</summary>
    public Position Position => position;

    /// <summary>What is called.</summary>
    public string Name => name;

    /// <summary>Arguments by place.</summary>
    public IReadOnlyList<object?> Positional => positional;

    /// <summary>Arguments by name.</summary>
    public IReadOnlyList<(string Name, object? Value)> Named => named;

    /// <summary>An argument by place or name; false when it was not given.</summary>
    public bool TryGet(int place, string parameter, out object? value)
    {
        if (place < positional.Count)
        {
            value = positional[place];
            return true;
        }

        foreach (var (given, found) in named)
        {
            if (given == parameter)
            {
                value = found;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>An argument that must be given.</summary>
    public object? Required(int place, string parameter) =>
        TryGet(place, parameter, out var value) ? value : throw Fault($"is called without '{parameter}'");

    /// <summary>A text argument.</summary>
    public string Text(int place, string parameter, string? otherwise = null)
    {
        if (!TryGet(place, parameter, out var value))
        {
            return otherwise ?? throw Fault($"is called without '{parameter}'");
        }

        return value as string ?? throw Fault($"needs text for '{parameter}', but it is {Values.Describe(value)}");
    }

    /// <summary>A whole-number argument.</summary>
    public long Integer(int place, string parameter, long otherwise)
    {
        if (!TryGet(place, parameter, out var value))
        {
            return otherwise;
        }

        return value switch
        {
            long number => number,
            bool flag => flag ? 1 : 0,
            _ => throw Fault($"needs a whole number for '{parameter}', but it is {Values.Describe(value)}"),
        };
    }

    /// <summary>A truth-value argument.</summary>
    public bool Flag(int place, string parameter, bool otherwise) =>
        TryGet(place, parameter, out var value) ? Values.IsTrue(value) : otherwise;

    /// <summary>The error for a call that cannot be done.</summary>
    public ModelException Fault(string problem) => TemplateErrors.Evaluation(position, $"'{name}' {problem}");
}
