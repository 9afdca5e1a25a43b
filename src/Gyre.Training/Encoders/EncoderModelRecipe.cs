using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;
using Gyre.Training.Recipes;

namespace Gyre.Training.Encoders;

/// <summary>The shape of a BERT to train from nothing.</summary>
internal sealed record EncoderModelRecipe
{
    public required int HiddenSize { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int FeedForwardSize { get; init; }

    public required int Context { get; init; }

    public required double InitialDeviation { get; init; }

    /// <summary>The score that two equal tokens' attention begins with; 0 for random queries and keys as in the paper.</summary>
    public required double Matching { get; init; }

    public static EncoderModelRecipe Read(RecipeSection section)
    {
        var hidden = section.Integer("hidden_size", null, 8, 8192);
        var model = new EncoderModelRecipe
        {
            HiddenSize = hidden,
            Layers = section.Integer("layers", null, 1, 128),
            Heads = section.Integer("heads", null, 1, 256),
            FeedForwardSize = section.Integer("ffn_size", 4 * hidden, 8, 65536),
            Context = section.Integer("context", 256, 8, 8192),
            InitialDeviation = section.Number("init_deviation", 0.02, 1e-6, 1),
            Matching = section.Number("matching", 0, 0, 100),
        };
        if (model.HiddenSize % model.Heads != 0)
        {
            section.Fault("heads", $"{model.Heads} heads do not divide hidden_size {model.HiddenSize}.");
        }

        section.Finish();
        return model;
    }

    public EncoderConfiguration Configure(ITokenizer tokenizer) => new()
    {
        Architecture = "bert",
        VocabularySize = tokenizer.VocabularySize,
        HiddenSize = HiddenSize,
        IntermediateSize = FeedForwardSize,
        Layers = Layers,
        Heads = Heads,
        Positions = Context,
        TokenTypes = 2,
        Head = EncoderHead.MaskedWords,
        PaddingId = EncoderTokens.Of(tokenizer).Pad,
        InitialDeviation = (float)InitialDeviation,
    };

    /// <summary>Lets queries and keys begin equal, and positions as sinusoids: tokens that are equal, or near, see each other from the first step on.</summary>
    /// <remarks>What a large model learns over long training, a small one that is trained for minutes may be given; every weight still moves.</remarks>
    public void Initialise(TrainableEncoder model)
    {
        if (Matching == 0)
        {
            return;
        }

        // A normed token has length √C; W of deviation s gives W·x the variance s²C in each of the head's D places, and a score of √D·s²C.
        var headWidth = HiddenSize / Heads;
        var factor = (float)(Math.Sqrt(Matching / (Math.Sqrt(headWidth) * HiddenSize)) / InitialDeviation);
        var weights = model.Weights.ToDictionary(weight => weight.Name, weight => weight.Value, StringComparer.Ordinal);
        foreach (var (name, queries) in weights.Where(pair => pair.Key.EndsWith("attention.self.query.weight", StringComparison.Ordinal)))
        {
            foreach (ref var value in queries.Span)
            {
                value *= factor;
            }

            queries.Span.CopyTo(weights[name.Replace(".query.", ".key.", StringComparison.Ordinal)].Span);
        }

        var positions = weights["bert.embeddings.position_embeddings.weight"].Span;
        for (var i = 0; i < positions.Length; i++)
        {
            var (position, place) = Math.DivRem(i, HiddenSize);
            var angle = position / Math.Pow(10_000, 2.0 * (place / 2) / HiddenSize);
            positions[i] = (float)(InitialDeviation * (place % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle)));
        }
    }
}
