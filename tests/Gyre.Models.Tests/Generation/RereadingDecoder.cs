using Gyre.Models.Architectures;

namespace Gyre.Models.Tests.Generation;

/// <summary>A real network whose sessions keep nothing: every call reads the whole sequence anew, the slow and clear twin of a cache.</summary>
internal sealed class RereadingDecoder(IDecoder decoder) : IDecoder
{
    public int VocabularySize => decoder.VocabularySize;

    public int ContextLength => decoder.ContextLength;

    public IDecoderSession CreateSession(int maxTokens) => new Session(decoder, maxTokens);

    public void Dispose()
    {
    }

    private sealed class Session(IDecoder decoder, int capacity) : IDecoderSession
    {
        private readonly List<int> _tokens = [];

        public int Position => _tokens.Count;

        public int Capacity => capacity;

        public ReadOnlySpan<float> Forward(ReadOnlySpan<int> tokens)
        {
            _tokens.AddRange(tokens);
            using var session = decoder.CreateSession(_tokens.Count);
            return session.Forward([.. _tokens]).ToArray();
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
