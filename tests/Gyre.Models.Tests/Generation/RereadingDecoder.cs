using Gyre.Models.Architectures;

namespace Gyre.Models.Tests.Generation;

/// <summary>A real network whose sessions keep nothing: every call reads the whole sequence anew, the slow and clear twin of a cache.</summary>
internal sealed class RereadingDecoder(IDecoder decoder) : IDecoder
{
    public int VocabularySize => decoder.VocabularySize;

    public int ContextLength => decoder.ContextLength;

    public IDecoderSession CreateSession(int maxTokens) => new TokenListSession(maxTokens, tokens =>
    {
        using var session = decoder.CreateSession(tokens.Count);
        return session.Forward([.. tokens]).ToArray();
    });

    public void Dispose()
    {
    }
}
