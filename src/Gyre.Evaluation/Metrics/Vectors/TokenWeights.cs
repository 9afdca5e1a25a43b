using System.Runtime.InteropServices;
using Gyre.Contracts;

namespace Gyre.Evaluation.Metrics.Vectors;

/// <summary>How much each token counts: its inverse document frequency over the references, ln((texts + 1) ÷ (texts with the token + 1)).</summary>
/// <remarks>Source: T. Zhang et al., "BERTScore", 2020, section 3 with its plus-one smoothing. Immutable.</remarks>
public sealed class TokenWeights
{
    private readonly Dictionary<int, double> _weights;
    private readonly double _unseen;

    private TokenWeights(Dictionary<int, double> weights, double unseen) => (_weights, _unseen) = (weights, unseen);

    /// <summary>The weight of a token; one that stands in no reference has the greatest.</summary>
    public double this[int token] => _weights.GetValueOrDefault(token, _unseen);

    /// <summary>Weights from the references of a dataset.</summary>
    public static TokenWeights Of(IEnumerable<TokenVectors> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        var texts = 0;
        var holding = new Dictionary<int, int>();
        var seen = new HashSet<int>();
        foreach (var reference in references)
        {
            texts++;
            seen.Clear();
            foreach (var token in reference.Tokens.Span)
            {
                if (seen.Add(token))
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(holding, token, out _)++;
                }
            }
        }

        return new TokenWeights(holding.ToDictionary(pair => pair.Key, pair => Math.Log((texts + 1.0) / (pair.Value + 1))), Math.Log(texts + 1.0));
    }
}
