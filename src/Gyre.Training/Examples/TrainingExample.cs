using Gyre.Models.Templates;

namespace Gyre.Training.Examples;

/// <summary>One example to learn from: a conversation whose assistant turns are wanted, or a text.</summary>
/// <param name="Task">What it teaches, for mixtures and reports.</param>
/// <param name="Turns">The conversation, oldest first; empty for a text.</param>
/// <param name="Text">The text; empty for a conversation.</param>
/// <param name="Place">File and line, for messages.</param>
internal sealed record TrainingExample(string Task, IReadOnlyList<ChatTurn> Turns, string Text, string Place);
