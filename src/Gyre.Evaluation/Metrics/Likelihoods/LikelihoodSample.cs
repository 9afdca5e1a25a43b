using System.Text;

namespace Gyre.Evaluation.Metrics.Likelihoods;

/// <summary>How likely a model finds a text, and how long the text is.</summary>
/// <param name="LogLikelihood">The natural logarithm of the text's probability; 0 or less.</param>
/// <param name="Tokens">Tokens whose log-probabilities were added up.</param>
/// <param name="Words">Words between white space.</param>
/// <param name="Bytes">Bytes in UTF-8.</param>
public readonly record struct LikelihoodSample(double LogLikelihood, long Tokens, long Words, long Bytes)
{
    /// <summary>Counts the words and bytes of the text that the log-likelihood is of.</summary>
    public static LikelihoodSample Of(string text, double logLikelihood, long tokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (words, isInside) = (0L, false);
        foreach (var character in text)
        {
            var isSpace = char.IsWhiteSpace(character);
            words += !isSpace && !isInside ? 1 : 0;
            isInside = !isSpace;
        }

        return new LikelihoodSample(logLikelihood, tokens, words, Encoding.UTF8.GetByteCount(text));
    }
}
