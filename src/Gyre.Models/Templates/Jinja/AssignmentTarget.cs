namespace Gyre.Models.Templates.Jinja;

/// <summary>What an assignment writes to: a name, an attribute of a namespace, or several of them.</summary>
/// <param name="Position">Where it begins.</param>
/// <param name="Name">The name, or null when there are parts.</param>
/// <param name="Attribute">The attribute of the namespace of that name, or null.</param>
/// <param name="Parts">Several targets that share the items of one value; empty for a single one.</param>
internal sealed record AssignmentTarget(Position Position, string? Name, string? Attribute, IReadOnlyList<AssignmentTarget> Parts);
