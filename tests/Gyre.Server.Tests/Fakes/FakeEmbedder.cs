using System.Text;
using Gyre.Models;
using Gyre.Models.Embeddings;
using Gyre.Models.Tokenizers;
using Microsoft.Extensions.AI;

namespace Gyre.Server.Tests.Fakes;

/// <summary>A fake maker of vectors: (number of bytes, first byte, last byte, 1), one token a byte. For tests of the server only.</summary>
internal sealed class FakeEmbedder : ITextEmbedder
{
    public int Dimensions => 4;

    public int MaxTokens => 100;

    public ITokenizer Tokenizer { get; } = new FakeByteTokenizer();

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default) =>
        GenerateAsync([.. values.Select(text => (IReadOnlyList<int>)[.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)])], cancellationToken);

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IReadOnlyList<IReadOnlyList<int>> sequences, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        if (sequences.FirstOrDefault(sequence => sequence.Count > MaxTokens) is { } longest)
        {
            throw new ModelException("RUN0301", $"Embedding refused: a text has {longest.Count} tokens; expected at most {MaxTokens}.");
        }

        return new GeneratedEmbeddings<Embedding<float>>(sequences.Select(ids => new Embedding<float>(new float[] { ids.Count, ids[0], ids[^1], 1 })))
        {
            Usage = new UsageDetails { InputTokenCount = sequences.Sum(ids => ids.Count) },
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
