namespace Gyre.Models.Constraints;

/// <summary>Where white space may stand in constrained JSON. It is bounded everywhere, so that no model can write it for ever.</summary>
public enum JsonWhitespace
{
    /// <summary>On one line: at most one space behind a colon and a comma, none elsewhere.</summary>
    Usual,

    /// <summary>None.</summary>
    Compact,

    /// <summary>
    /// Over several lines where the model likes: one space behind a colon, and behind commas and inside brackets one space, or
    /// one line end with at most 40 spaces or 10 tabs. Small models may spend many tokens on it.
    /// </summary>
    Indented,
}
