namespace Gyre.Training.Quantization;

/// <summary>How a model's predictions differ from the original's over a text.</summary>
/// <param name="Tokens">Predictions that were compared.</param>
/// <param name="Window">Tokens of each window; the second half of every window is scored.</param>
/// <param name="PerplexityBefore">e to the mean negative log-likelihood of the text's tokens, by the original.</param>
/// <param name="PerplexityAfter">The same by the result.</param>
/// <param name="MeanKl">Mean Kullback–Leibler divergence of the result's distribution from the original's, in nats.</param>
/// <param name="Kl99">Its 99th percentile.</param>
/// <param name="MaxKl">Its largest value.</param>
/// <param name="SameTop">The share of predictions whose likeliest token is the same, 0 to 1.</param>
public sealed record TextDivergence(
    int Tokens, int Window, double PerplexityBefore, double PerplexityAfter, double MeanKl, double Kl99, double MaxKl, double SameTop);
