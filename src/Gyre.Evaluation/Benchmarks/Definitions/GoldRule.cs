using Gyre.Evaluation.Benchmarks.Items;

namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>Which answers are right.</summary>
/// <param name="Index">A text that is the number of the right answer; null otherwise.</param>
/// <param name="First">The number of the first answer.</param>
/// <param name="Map">Texts that stand for numbers; empty when the text is the number.</param>
/// <param name="Tag">A text that equals the right answer's tag; null otherwise.</param>
/// <param name="Texts">A path of texts, each of which is right; empty otherwise.</param>
internal sealed record GoldRule(TextTemplate? Index, int First, IReadOnlyDictionary<string, int> Map, TextTemplate? Tag, string Texts);
