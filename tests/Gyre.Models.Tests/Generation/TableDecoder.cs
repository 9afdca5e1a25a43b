using Gyre.Contracts;
using Gyre.Models.Architectures;

namespace Gyre.Models.Tests.Generation;

/// <summary>A fake network whose logits are random but fixed for every sequence of tokens. For search tests only.</summary>
internal sealed class TableDecoder(int vocabularySize, int contextLength) : IDecoder
{
    public int VocabularySize => vocabularySize;

    public int ContextLength => contextLength;

    public IDecoderSession CreateSession(int maxTokens) => new TokenListSession(maxTokens, tokens => Logits(tokens, vocabularySize));

    public void Dispose()
    {
    }

    /// <summary>The logits behind a sequence.</summary>
    public static float[] Logits(IEnumerable<int> sequence, int vocabularySize)
    {
        var random = new SeededRandom(sequence.Aggregate(17UL, (hash, id) => (hash * 1_000_003) + (ulong)id + 1));
        return [.. Enumerable.Range(0, vocabularySize).Select(_ => (float)(random.NextDouble() * 4))];
    }
}
