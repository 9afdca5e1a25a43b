namespace Gyre.Models.Templates.Jinja;

/// <summary>Something that can be called: a macro, a method, a global function.</summary>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Invoke">Runs it.</param>
internal sealed record Callable(string Name, Func<CallArguments, object?> Invoke);
