namespace Gyre.Models.Constraints;

/// <summary>The errors of constraints, one factory for each code.</summary>
internal static class ConstraintErrors
{
    /// <summary>A schema that is malformed, or says something that cannot be enforced.</summary>
    /// <param name="pointer">Where, as a JSON pointer from the schema's root.</param>
    /// <param name="found">What was found, in words that follow "found".</param>
    /// <param name="expected">What can be enforced.</param>
    public static ModelException Schema(string pointer, string found, string expected) => new(
        "RUN0701", $"JSON schema refused: found {found}; expected {expected}, at {Place(pointer)}.");

    /// <summary>A schema, expression or grammar that no text satisfies.</summary>
    public static ModelException Unsatisfiable(string what, string reason) => new(
        "RUN0702", $"{what} refused: no text can satisfy it, because {reason}; expected one that some text satisfies. Correct the contradiction.");

    /// <summary>Something hostile or far too large.</summary>
    public static ModelException TooLarge(string what, string found, string limit) => new(
        "RUN0703", $"{what} refused: {found}; expected {limit}. Simplify it.");

    /// <summary>A regular expression that is malformed, or uses what no finite automaton can do.</summary>
    public static ModelException Regex(string where, int at, string found, string expected) => new(
        "RUN0704", $"Regular expression refused: found {found}; expected {expected}, at character {at} of {where}.");

    /// <summary>A grammar that is malformed or cannot be run from left to right.</summary>
    public static ModelException Grammar(string found, string expected, string place) => new(
        "RUN0705", $"Grammar refused: found {found}; expected {expected}, at {place}.");

    /// <summary>A generation that cannot go on under its constraint.</summary>
    public static ModelException Stuck(string found, string advice) => new(
        "RUN0706", $"Constrained generation stopped: {found}. {advice}");

    /// <summary>A pointer as people read it: the root has no name of its own.</summary>
    public static string Place(string pointer) => pointer.Length == 0 ? "the schema's root" : $"'{Shorten(pointer)}'";

    /// <summary>Text from outside, short enough for a message.</summary>
    public static string Shorten(string text) => text.Length <= 120 ? text : string.Concat(text.AsSpan(0, 100), "…");
}
