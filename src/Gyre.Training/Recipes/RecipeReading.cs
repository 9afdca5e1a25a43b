namespace Gyre.Training.Recipes;

/// <summary>What one pass over a recipe found: its faults and every resolved setting, defaults included.</summary>
internal sealed class RecipeReading
{
    private readonly List<KeyValuePair<string, string>> _settings = [];

    public List<RecipeFault> Faults { get; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Settings => _settings;

    public void Resolve(string key, string value) => _settings.Add(new(key, value));
}
