namespace Gyre.Models.Adapters;

/// <summary>Which modules of a base a field of an adapter's configuration means.</summary>
/// <remarks>Source: the rules of PEFT 0.13 and later for target_modules, exclude_modules, layers_to_transform and layers_pattern.</remarks>
internal sealed record AdapterTargets
{
    /// <summary>Ends of paths, from a dot on, or whole paths.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Whole paths; null for none.</summary>
    public ModulePattern? Pattern { get; init; }

    /// <summary>Every matrix but the output layer.</summary>
    public bool IsAllLinear { get; init; }

    /// <summary>The only layers that are meant; empty for all.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>How a layer's number is found in a path.</summary>
    public IReadOnlyList<ModulePattern> LayerPatterns { get; init; } = [];

    /// <summary>What is left out; null for nothing.</summary>
    public AdapterTargets? Excluded { get; init; }

    /// <summary>True when nothing is meant.</summary>
    public bool IsEmpty => Names.Count == 0 && Pattern is null && !IsAllLinear;

    public bool Includes(AdapterModule module)
    {
        if (Excluded?.Includes(module) == true)
        {
            return false;
        }

        if (IsAllLinear)
        {
            return module.Kind == AdapterModuleKind.Matrix && !module.IsOutput;
        }

        return Pattern is { } pattern ? pattern.IsMatch(module.Path) : Names.Any(name => EndsWith(module.Path, name)) && IsInLayers(module.Path);
    }

    /// <summary>True when the path is the name, or ends with it from a dot on.</summary>
    public static bool EndsWith(string path, string name) =>
        path.EndsWith(name, StringComparison.Ordinal) && (path.Length == name.Length || path[^(name.Length + 1)] == '.');

    /// <summary>True when the path, or a module that it is in, ends with the name.</summary>
    public static bool IsWithin(string path, string name)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('.', end - 1))
        {
            if (EndsWith(path[..end], name))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsInLayers(string path)
    {
        if (Layers.Count == 0)
        {
            return true;
        }

        foreach (var pattern in LayerPatterns)
        {
            if (pattern.Number(path) is { } layer)
            {
                return Layers.Contains(layer);
            }
        }

        return false;
    }
}
