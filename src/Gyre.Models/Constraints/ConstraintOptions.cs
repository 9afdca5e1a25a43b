namespace Gyre.Models.Constraints;

/// <summary>How JSON is written under a constraint. Immutable.</summary>
public sealed record ConstraintOptions
{
    /// <summary>Where white space may stand. Default <see cref="JsonWhitespace.Usual"/>.</summary>
    public JsonWhitespace Whitespace { get; init; } = JsonWhitespace.Usual;

    /// <summary>
    /// True when objects may have properties that their schema neither declares nor forbids, as JSON Schema says; false
    /// treats a schema without <c>additionalProperties</c> as if it were <c>false</c>. Default true.
    /// </summary>
    public bool AllowsUndeclaredProperties { get; init; } = true;
}
