using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Tests.Rag;

/// <summary>A fake embedder: each text is a direction in the plane, in degrees; unknown texts point at 0.</summary>
internal sealed class AngleEmbedder(Dictionary<string, double> degrees) : IEmbeddingGenerator<string, Embedding<float>>
{
    public float Scale { get; init; } = 3;

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(value =>
        {
            var angle = degrees.GetValueOrDefault(value) * Math.PI / 180;
            return new Embedding<float>(new[] { Scale * (float)Math.Cos(angle), Scale * (float)Math.Sin(angle) });
        })));

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
