namespace Gyre.Server.Generation;

/// <summary>One prompt of a completions request.</summary>
/// <param name="Ids">Its token ids.</param>
/// <param name="Text">Its text, as an echo repeats it.</param>
internal sealed record CompletionPrompt(IReadOnlyList<int> Ids, string Text);
