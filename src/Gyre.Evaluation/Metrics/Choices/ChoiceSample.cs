namespace Gyre.Evaluation.Metrics.Choices;

/// <summary>How sure a model is of each of several answers, and which one is right.</summary>
/// <param name="Probabilities">One for each answer; together 1.</param>
/// <param name="Right">The place of the right answer.</param>
public readonly record struct ChoiceSample(IReadOnlyList<double> Probabilities, int Right)
{
    /// <summary>Probabilities from the answers' log-likelihoods: their softmax.</summary>
    /// <param name="logLikelihoods">Natural logarithms, one for each answer.</param>
    /// <param name="right">The place of the right answer.</param>
    /// <param name="lengths">Tokens, characters or bytes to divide by; null leaves the log-likelihoods as they are.</param>
    public static ChoiceSample FromLogLikelihoods(IReadOnlyList<double> logLikelihoods, int right, IReadOnlyList<int>? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(logLikelihoods);
        if (lengths is not null && (lengths.Count != logLikelihoods.Count || lengths.Any(length => length < 1)))
        {
            throw new ArgumentException($"Normalise {logLikelihoods.Count} answers: found {lengths.Count} lengths; expected one of 1 or more for each answer.", nameof(lengths));
        }

        var scores = new double[logLikelihoods.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = lengths is null ? logLikelihoods[i] : logLikelihoods[i] / lengths[i];
        }

        var greatest = scores.Length == 0 ? 0 : scores.Max();
        var sum = 0.0;
        for (var i = 0; i < scores.Length; i++)
        {
            sum += scores[i] = Math.Exp(scores[i] - greatest);
        }

        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] /= sum;
        }

        return new ChoiceSample(scores, right);
    }

    /// <summary>Why the sample cannot be measured; null when it can.</summary>
    internal Undefined? Fault()
    {
        if (Probabilities.Count == 0)
        {
            return new Undefined(UndefinedCause.EmptyCandidate, "the sample has no answers");
        }

        if ((uint)Right >= (uint)Probabilities.Count)
        {
            return new Undefined(UndefinedCause.NoReference, $"the right answer is number {Right} of {Probabilities.Count}, counted from 0");
        }

        var sum = 0.0;
        foreach (var probability in Probabilities)
        {
            if (!(probability is >= 0 and <= 1 + 1e-9))
            {
                return new Undefined(UndefinedCause.MissingInput, $"a probability is {probability}");
            }

            sum += probability;
        }

        return Math.Abs(sum - 1) > 1e-3 ? new Undefined(UndefinedCause.MissingInput, $"the probabilities add up to {sum:0.####}") : null;
    }

    /// <summary>The place of the most probable answer, the first of equals.</summary>
    internal int Best()
    {
        var best = 0;
        for (var i = 1; i < Probabilities.Count; i++)
        {
            best = Probabilities[i] > Probabilities[best] ? i : best;
        }

        return best;
    }
}
