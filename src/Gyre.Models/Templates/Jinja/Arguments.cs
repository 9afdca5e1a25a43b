namespace Gyre.Models.Templates.Jinja;

/// <summary>The arguments of a call, as parsed.</summary>
/// <param name="Positional">By place.</param>
/// <param name="Named">By name.</param>
internal sealed record Arguments(IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named)
{
    /// <summary>No arguments.</summary>
    public static Arguments None { get; } = new([], []);
}
