using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Vectors;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Scorers;

/// <summary>The cosine between the vectors of the output and of the row's nearest reference.</summary>
/// <remarks>Cost: one call of the model a row, for the output and all references.</remarks>
public sealed class EmbeddingSimilarityScorer : IScorer
{
    private readonly IEmbeddingGenerator<string, Embedding<float>> _embedder;

    /// <summary>Takes a model; it stays the caller's.</summary>
    /// <param name="embedder">Gives vectors of texts.</param>
    /// <param name="model">What the scorer's name calls the model; null for the name that it gives itself, if any.</param>
    public EmbeddingSimilarityScorer(IEmbeddingGenerator<string, Embedding<float>> embedder, string? model = null)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        _embedder = embedder;
        var known = model ?? (embedder.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata)?.DefaultModelId;
        Name = EmbeddingCosine.Metric.Name + (string.IsNullOrWhiteSpace(known) ? "" : "-" + known);
    }

    /// <summary><c>embedding-cosine-MODEL</c>.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public MetricForm Form => EmbeddingCosine.Metric.Form;

    /// <inheritdoc/>
    public async ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var references = RowReferences.Of(row);
        if (references.Count == 0)
        {
            return Score.Undefined(UndefinedCause.NoReference, "the row has no reference");
        }

        if (string.IsNullOrWhiteSpace(output))
        {
            return Score.Undefined(UndefinedCause.EmptyCandidate, "the output is empty");
        }

        var vectors = await _embedder.GenerateAsync([output, .. references], cancellationToken: cancellationToken);
        if (vectors.Count != references.Count + 1)
        {
            return Score.Undefined(UndefinedCause.ScorerFailed, $"the model gave {vectors.Count} vectors, and {references.Count + 1} were asked for");
        }

        var statistics = new double[1];
        return EmbeddingCosine.Metric.TryMeasure(new VectorSample(vectors[0].Vector, [.. vectors.Skip(1).Select(vector => vector.Vector)]), statistics, out var reason)
            ? Score.OfNumber(statistics[0])
            : Score.Undefined(reason.Cause, reason.Detail);
    }
}
