using Gyre.Models.Architectures;

namespace Gyre.Server.Tests.Fakes;

/// <summary>A fake network that is only asked for its sizes: the fake engine does not run it.</summary>
internal sealed class FakeDecoder : IDecoder
{
    public Action? OnDispose { get; init; }

    public int VocabularySize => 257;

    public int ContextLength => FakeGenerator.ContextLength;

    public IDecoderSession CreateSession(int maxTokens) => throw new NotSupportedException("The fake engine runs no network.");

    public void Dispose() => OnDispose?.Invoke();
}
