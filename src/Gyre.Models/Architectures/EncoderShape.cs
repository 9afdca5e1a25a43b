namespace Gyre.Models.Architectures;

/// <summary>What the runtime of an encoder must know of the network that it runs.</summary>
/// <param name="Vocabulary">Number of token ids.</param>
/// <param name="Context">The longest sequence, in tokens.</param>
/// <param name="TokenTypes">Kinds of tokens; 0 when they are not told apart.</param>
internal readonly record struct EncoderShape(int Vocabulary, int Context, int TokenTypes);
