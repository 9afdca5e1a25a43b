namespace Gyre.Training.Recipes;

/// <summary>The shape of a Llama-family decoder to train.</summary>
public sealed record ModelRecipe
{
    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Number of decoder blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Number of query heads; divides <see cref="HiddenSize"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>Number of key and value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Width of the gated feed-forward layer.</summary>
    public required int FeedForwardSize { get; init; }

    /// <summary>The longest sequence that the exported model accepts.</summary>
    public required int Context { get; init; }

    /// <summary>True when the output projection is the embedding table.</summary>
    public required bool TiesEmbeddings { get; init; }

    /// <summary>True when queries and keys are normalised per head, as in Qwen 3: attention is sharp from the first step on.</summary>
    public required bool QueryKeyNorm { get; init; }

    /// <summary>Base of the rotary frequencies.</summary>
    public required double RopeTheta { get; init; }

    /// <summary>Added to the mean square inside RMS norm.</summary>
    public required double NormEpsilon { get; init; }

    /// <summary>Standard deviation of the initial weights.</summary>
    public required double InitialDeviation { get; init; }

    /// <summary>Width of one head.</summary>
    public int HeadSize => HiddenSize / Heads;

    internal static ModelRecipe Read(RecipeSection section)
    {
        var hidden = section.Integer("hidden_size", null, 8, 16384);
        var heads = section.Integer("heads", null, 1, 256);
        var model = new ModelRecipe
        {
            HiddenSize = hidden,
            Layers = section.Integer("layers", null, 1, 256),
            Heads = heads,
            KeyValueHeads = section.Integer("kv_heads", heads, 1, 256),
            FeedForwardSize = section.Integer("ffn_size", null, 8, 65536),
            Context = section.Integer("context", null, 8, 131072),
            TiesEmbeddings = section.Flag("tied_embeddings", true),
            QueryKeyNorm = section.Flag("qk_norm", false),
            RopeTheta = section.Number("rope_theta", 10000, 1, 1e9),
            NormEpsilon = section.Number("norm_epsilon", 1e-5, 1e-12, 1e-2),
            InitialDeviation = section.Number("init_deviation", 0.02, 1e-6, 1),
        };
        if (model.HiddenSize % model.Heads != 0)
        {
            section.Fault("heads", $"{model.Heads} heads do not divide hidden_size {model.HiddenSize}.");
        }
        else if (model.HeadSize % 2 != 0)
        {
            section.Fault("heads", $"the head width {model.HeadSize} is odd; rotary positions need an even width.");
        }

        if (model.Heads % model.KeyValueHeads != 0)
        {
            section.Fault("kv_heads", $"{model.KeyValueHeads} key-value heads do not divide {model.Heads} heads.");
        }

        section.Finish();
        return model;
    }
}
