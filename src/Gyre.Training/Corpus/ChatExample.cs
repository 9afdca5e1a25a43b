using Gyre.Models.Templates;

namespace Gyre.Training.Corpus;

/// <summary>One conversation of the corpus: an optional system turn, then user and assistant turns in alternation.</summary>
/// <param name="Task">The task of the first exchange, see <see cref="ShopTasks"/>.</param>
/// <param name="Family">The templates that made the first prompt, joined by <c>+</c>.</param>
/// <param name="Subject">What the example is about, for example <c>product:Lunera Wrap Dress</c>.</param>
/// <param name="Turns">The conversation, oldest first; the last turn is the assistant's.</param>
public sealed record ChatExample(string Task, string Family, string Subject, IReadOnlyList<ChatTurn> Turns);
