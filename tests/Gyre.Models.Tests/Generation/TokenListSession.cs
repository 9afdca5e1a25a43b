using Gyre.Models.Architectures;

namespace Gyre.Models.Tests.Generation;

/// <summary>A session that keeps its tokens instead of a cache; the logits are a function of all of them. For search tests only.</summary>
internal sealed class TokenListSession(int capacity, Func<List<int>, float[]> logits) : IDecoderSession
{
    private readonly List<int> _tokens = [];

    public int Position => _tokens.Count;

    public int Capacity => capacity;

    public ReadOnlySpan<float> Forward(ReadOnlySpan<int> tokens)
    {
        _tokens.AddRange(tokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Position, capacity);
        return logits(_tokens);
    }

    public void ForwardAll(ReadOnlySpan<int> tokens, Span<float> destination) => throw new NotSupportedException("A search asks for the last logits only.");

    public void CopyFrom(IDecoderSession other)
    {
        int[] tokens = [.. ((TokenListSession)other)._tokens];
        _tokens.Clear();
        _tokens.AddRange(tokens);
    }

    public void Truncate(int position) => _tokens.RemoveRange(position, _tokens.Count - position);

    public void Dispose()
    {
    }
}
