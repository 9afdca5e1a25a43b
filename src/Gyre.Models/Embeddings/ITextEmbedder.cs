using Gyre.Models.Tokenizers;
using Microsoft.Extensions.AI;

namespace Gyre.Models.Embeddings;

/// <summary>Turns texts into vectors with one model: its own pooling and normalisation. Safe for many callers at once.</summary>
/// <remarks>
/// <para>Errors: <see cref="ModelException"/> <c>RUN0301</c> a text longer than <see cref="MaxTokens"/>, <c>RUN0303</c> the queue is
/// full. The usage of the result carries the tokens read.</para>
/// </remarks>
public interface ITextEmbedder : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>The width of its vectors.</summary>
    int Dimensions { get; }

    /// <summary>The longest text, special tokens included.</summary>
    int MaxTokens { get; }

    /// <summary>Text to ids.</summary>
    ITokenizer Tokenizer { get; }

    /// <summary>Vectors of texts that are token ids already, the model's special tokens included; one a sequence, in their order.</summary>
    Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IReadOnlyList<IReadOnlyList<int>> sequences,
        CancellationToken cancellationToken = default);
}
