namespace Gyre.Training.Translation;

/// <summary>A pair as token ids, without start and end tokens.</summary>
/// <param name="Source">Ids of the source language's vocabulary.</param>
/// <param name="Target">Ids of the target language's vocabulary.</param>
internal readonly record struct EncodedSentence(int[] Source, int[] Target);
