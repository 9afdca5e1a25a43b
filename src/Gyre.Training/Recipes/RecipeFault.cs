namespace Gyre.Training.Recipes;

/// <summary>One thing that is wrong with a recipe.</summary>
/// <param name="Line">The line in the file, counted from 1; 0 when the fault belongs to no line.</param>
/// <param name="Key">The dotted path of the key, for example <c>schedule.peak</c>.</param>
/// <param name="Message">What was found and what was expected.</param>
public sealed record RecipeFault(int Line, string Key, string Message)
{
    /// <inheritdoc />
    public override string ToString() => Line > 0 ? $"line {Line}: {Key}: {Message}" : $"{Key}: {Message}";
}
