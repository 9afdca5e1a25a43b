namespace Gyre.Training.Encoders;

/// <summary>A sequence for an encoder with what is wanted of it.</summary>
/// <param name="Ids">Token ids.</param>
/// <param name="Types">Each token's type.</param>
/// <param name="Targets">
/// For masked words and labels of tokens one a token, −100 where none counts; for labels of sequences one; for spans the
/// first and the last token.
/// </param>
internal readonly record struct EncoderRow(int[] Ids, int[] Types, int[] Targets);
