namespace Gyre.Training.Translation;

/// <summary>A text and its translation.</summary>
/// <param name="Source">What is read.</param>
/// <param name="Target">What is to be written.</param>
internal readonly record struct SentencePair(string Source, string Target);
