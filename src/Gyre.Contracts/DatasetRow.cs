namespace Gyre.Contracts;

/// <summary>One example of a dataset: what goes in, what should come out, and where it belongs.</summary>
/// <param name="Id">Unique in its dataset and stable across builds of it.</param>
/// <param name="Task">The kind of example, for example <c>describe</c>, <c>answer</c>, <c>extract</c>.</param>
/// <param name="Prompt">The user's message, as the application sends it.</param>
/// <param name="Reference">The wanted answer; empty when only <paramref name="Facts"/> decide.</param>
/// <param name="Facts">Named strings that a scorer needs, for example the attributes a description must mention.</param>
/// <param name="Family">The template family that produced the prompt; splits never cross a family.</param>
/// <param name="Subject">The product or document the example is about; splits never cross a subject.</param>
public sealed record DatasetRow(
    string Id,
    string Task,
    string Prompt,
    string Reference,
    IReadOnlyDictionary<string, string> Facts,
    string Family,
    string Subject);
