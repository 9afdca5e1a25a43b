namespace Gyre.Training.Compression.Pruning;

/// <summary>What the weights of a matrix are worth.</summary>
internal static class PruningScores
{
    /// <summary>|W|, times the length of its input where that is given.</summary>
    /// <param name="name">The matrix, for messages.</param>
    /// <param name="weights">[outputs, inputs].</param>
    /// <param name="norms">One number an input; empty for magnitudes.</param>
    /// <remarks>Errors: <see cref="TrainingException"/> <c>TRN0453</c> for a score that is not a finite number.</remarks>
    public static float[] Of(string name, ReadOnlySpan<float> weights, ReadOnlySpan<float> norms)
    {
        var scores = new float[weights.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = Math.Abs(weights[i]) * (norms.IsEmpty ? 1f : norms[i % norms.Length]);
            if (!float.IsFinite(scores[i]))
            {
                throw new TrainingException(
                    "TRN0453",
                    $"Pruning failed: the matrix '{name}' has the weight {weights[i]} at index {i}{(norms.IsEmpty ? "" : $", and its input the length {norms[i % norms.Length]}")}; expected finite numbers. Use an earlier checkpoint, or fetch the model again.");
            }
        }

        return scores;
    }
}
