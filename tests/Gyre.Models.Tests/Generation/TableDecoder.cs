using Gyre.Contracts;
using Gyre.Models.Architectures;

namespace Gyre.Models.Tests.Generation;

/// <summary>A fake network whose logits are random but fixed for every sequence of tokens. For search tests only.</summary>
internal sealed class TableDecoder(int vocabularySize, int contextLength) : IDecoder
{
    public int VocabularySize => vocabularySize;

    public int ContextLength => contextLength;

    public IDecoderSession CreateSession(int maxTokens) => new Session(vocabularySize, maxTokens);

    public void Dispose()
    {
    }

    /// <summary>The logits behind a sequence.</summary>
    public static float[] Logits(IEnumerable<int> sequence, int vocabularySize)
    {
        var random = new SeededRandom(sequence.Aggregate(17UL, (hash, id) => (hash * 1_000_003) + (ulong)id + 1));
        return [.. Enumerable.Range(0, vocabularySize).Select(_ => (float)(random.NextDouble() * 4))];
    }

    private sealed class Session(int vocabularySize, int capacity) : IDecoderSession
    {
        private readonly List<int> _tokens = [];

        public int Position => _tokens.Count;

        public int Capacity => capacity;

        public ReadOnlySpan<float> Forward(ReadOnlySpan<int> tokens)
        {
            _tokens.AddRange(tokens);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(Position, capacity);
            return Logits(_tokens, vocabularySize);
        }

        public void ForwardAll(ReadOnlySpan<int> tokens, Span<float> destination) => throw new NotSupportedException("A search asks for the last logits only.");

        public void CopyFrom(IDecoderSession other)
        {
            int[] tokens = [.. ((Session)other)._tokens];
            _tokens.Clear();
            _tokens.AddRange(tokens);
        }

        public void Truncate(int position) => _tokens.RemoveRange(position, _tokens.Count - position);

        public void Dispose()
        {
        }
    }
}
