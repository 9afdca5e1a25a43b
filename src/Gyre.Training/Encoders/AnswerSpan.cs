namespace Gyre.Training.Encoders;

/// <summary>Words of a sentence that a question can ask for.</summary>
/// <param name="Kind">What they are.</param>
/// <param name="First">The first word.</param>
/// <param name="Count">How many words.</param>
internal readonly record struct AnswerSpan(AnswerKind Kind, int First, int Count);
