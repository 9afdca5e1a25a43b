namespace Gyre.Models.Templates.Jinja;

/// <summary>Every error of this room, with its stable code (see docs/errors.md).</summary>
internal static class TemplateErrors
{
    private const int MaxQuoted = 300;

    /// <summary>Text of a template or its values, short enough for a message.</summary>
    public static string Quote(string text) => text.Length > MaxQuoted ? text[..MaxQuoted] + "…" : text;

    public static ModelException Syntax(Position position, string found, string expected) => new(
        "RUN0200",
        $"Parsing a chat template: found {Quote(found)}; expected {expected}, at line {position.Line}, column {position.Column}. Correct the template.");

    public static ModelException Evaluation(Position position, string problem) => new(
        "RUN0201",
        $"Rendering a chat template: {Quote(problem)}, at line {position.Line}, column {position.Column}. "
        + "The template does not fit this conversation or its variables.");

    public static ModelException Raised(Position position, string message) => new(
        "RUN0202",
        $"Rendering a chat template: the template refuses the conversation: {Quote(message)} "
        + $"(line {position.Line}, column {position.Column}).");

    public static ModelException LimitReached(Position position, string limit) => new(
        "RUN0203",
        $"Rendering a chat template: stopped after {limit}, at line {position.Line}, column {position.Column}. The template loops or the conversation is too long.");

    public static ModelException Unsupported(Position position, string what) => new(
        "RUN0204",
        $"Using a chat template: {Quote(what)} is not supported, at line {position.Line}, column {position.Column}. Use another template for this model.");
}
