using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Embeddings;
using Gyre.Models.Encoders;
using Gyre.Tensors.Threading;
using Microsoft.Extensions.AI;

namespace Gyre.Training.Quantization;

/// <summary>Sets an encoder-only model beside its original: speed, and the vectors or labels of some texts.</summary>
/// <remarks>Each model tokenizes for itself, as it will in use.</remarks>
internal sealed class EncoderComparer(ThreadTeam team, TimeProvider clock)
{
    private const int MostTexts = 256;
    private const int Sequences = 8;
    private const int LongestSequence = 64;
    private const int Rounds = 3;

    /// <summary>Compares.</summary>
    /// <param name="source">The original.</param>
    /// <param name="result">What was made of it.</param>
    /// <param name="readsText">Both have a tokenizer; otherwise fixed token ids are read.</param>
    /// <param name="text">Texts, one a line, of which the first 256 are taken; null for a fixed set.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public ModelComparison Compare(ModelFolder source, ModelFolder result, bool readsText, string? text, CancellationToken cancellationToken)
    {
        EncoderModel? before = null;
        EncoderModel? after = null;
        try
        {
            before = EncoderModel.Load(source, "original", new EncoderOptions { Team = team });
            after = EncoderModel.Load(result, "result", new EncoderOptions { Team = team });
            string[] texts = [.. (text?.ReplaceLineEndings("\n").Split('\n') ?? TextChecks.Texts).Where(line => !string.IsNullOrWhiteSpace(line)).Take(MostTexts)];
            if (texts.Length == 0)
            {
                return ModelComparison.Undefined("the text is empty");
            }

            var (left, right) = readsText ? (Ids(before, texts), Ids(after, texts)) : (FixedIds(before), FixedIds(after));
            var (first, second) = (Batch(left), Batch(right));
            var undefined = ModelComparison.Undefined($"the model is for {before.Kind.ToText()}");
            return before.Embedder is { } embedder && after.Embedder is { } other
                ? undefined with
                {
                    Reading = Speed(before, after, first, second, EncoderOutput.Hidden, cancellationToken),
                    Vectors = Compare(Vectors(embedder, texts, left, readsText), Vectors(other, texts, right, readsText)),
                }
                : undefined with
                {
                    Reading = Speed(before, after, first, second, EncoderOutput.Head, cancellationToken),
                    Labels = Labels(before, after, first, second, cancellationToken),
                };
        }
        catch (GyreException error) when (before is null || after is null)
        {
            return ModelComparison.Undefined($"the {(before is null ? "source" : "result")} cannot be run ({error.Code}: {error.Message})");
        }
        finally
        {
            before?.Dispose();
            after?.Dispose();
        }
    }

    private static float[][] Vectors(ITextEmbedder embedder, string[] texts, IReadOnlyList<int[]> ids, bool readsText)
    {
        var options = new EmbeddingGenerationOptions { AdditionalProperties = new AdditionalPropertiesDictionary { ["truncate"] = true } };
        var embeddings = readsText ? embedder.GenerateAsync(texts, options) : embedder.GenerateAsync(ids);
        return [.. embeddings.GetAwaiter().GetResult().Select(embedding => embedding.Vector.ToArray())]; // Computed elsewhere; the caller blocks, as all of the report does.
    }

    private static Measured<VectorComparison> Compare(float[][] before, float[][] after)
    {
        double[] cosines = [.. before.Zip(after, Cosine)];
        return Array.Exists(cosines, double.IsNaN)
            ? Measured<VectorComparison>.None("a vector is zero, and has no direction")
            : Measured<VectorComparison>.Of(new VectorComparison(cosines.Length, before[0].Length, cosines.Average(), cosines.Min()));
    }

    /// <summary>NaN when a vector has no direction.</summary>
    private static double Cosine(float[] left, float[] right)
    {
        var (product, leftSquares, rightSquares) = (0.0, 0.0, 0.0);
        for (var i = 0; i < left.Length; i++)
        {
            product += (double)left[i] * right[i];
            leftSquares += (double)left[i] * left[i];
            rightSquares += (double)right[i] * right[i];
        }

        return product / Math.Sqrt(leftSquares * rightSquares);
    }

    private static Measured<LabelComparison> Labels(EncoderModel before, EncoderModel after, EncoderBatch left, EncoderBatch right, CancellationToken cancellationToken)
    {
        before.Encoder.Run(left, EncoderOutput.Head, cancellationToken);
        after.Encoder.Run(right, EncoderOutput.Head, cancellationToken);
        var (sum, most, same) = (0.0, 0.0, 0);
        for (var text = 0; text < left.Count; text++)
        {
            var (first, second) = (Probabilities(left.Row(text, 0)), Probabilities(right.Row(text, 0)));
            double[] differences = [.. first.Zip(second, (one, other) => Math.Abs(one - other))];
            sum += differences.Average();
            most = Math.Max(most, differences.Max());
            same += Array.IndexOf(first, first.Max()) == Array.IndexOf(second, second.Max()) ? 1 : 0;
        }

        return Measured<LabelComparison>.Of(new LabelComparison(left.Count, left.Width, sum / left.Count, most, (double)same / left.Count));
    }

    /// <summary>By the logistic function for a score, by softmax for labels.</summary>
    private static double[] Probabilities(ReadOnlySpan<float> logits)
    {
        if (logits.Length == 1)
        {
            return [1 / (1 + Math.Exp(-logits[0]))];
        }

        var top = double.NegativeInfinity;
        foreach (var logit in logits)
        {
            top = Math.Max(top, logit);
        }

        double[] weights = [.. logits.ToArray().Select(logit => Math.Exp(logit - top))];
        var total = weights.Sum();
        return [.. weights.Select(weight => weight / total)];
    }

    private Measured<ReadingSpeed> Speed(EncoderModel before, EncoderModel after, EncoderBatch left, EncoderBatch right, EncoderOutput output, CancellationToken cancellationToken)
    {
        var (first, second) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var (one, other) = (Measure(before.Encoder, left), Measure(after.Encoder, right));
            if (round > 0)
            {
                first.Add(one);
                second.Add(other);
            }
        }

        return Measured<ReadingSpeed>.Of(new ReadingSpeed(
            left.Count, left.Tokens, SpeedRounds.Median(first), SpeedRounds.Median(second), team.Size, Rounds));

        double Measure(IEncoder encoder, EncoderBatch batch)
        {
            var start = clock.GetTimestamp();
            encoder.Run(batch, output, cancellationToken);
            return batch.Tokens / clock.GetElapsedTime(start).TotalSeconds;
        }
    }

    private static List<int[]> Ids(EncoderModel model, string[] texts) =>
        [.. texts.Select(text => model.Tokenizer.EncodePair(text, null).Ids.Take(model.Encoder.ContextLength).ToArray())];

    /// <summary>The same sequences for both models.</summary>
    private static List<int[]> FixedIds(EncoderModel model)
    {
        var longest = Math.Min(LongestSequence, model.Embedder?.MaxTokens ?? model.Encoder.ContextLength);
        return [.. Enumerable.Range(1, Sequences).Select(i => Enumerable.Range(0, Math.Max(1, longest * i / Sequences)).Select(at => ((at * 37) + (i * 11)) % model.Encoder.VocabularySize).ToArray())];
    }

    /// <summary>The sequences, of each of which the first token's row is wanted.</summary>
    private static EncoderBatch Batch(List<int[]> sequences)
    {
        var batch = new EncoderBatch();
        foreach (var ids in sequences)
        {
            batch.Add(ids, default, 0);
        }

        return batch;
    }
}
