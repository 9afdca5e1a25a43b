using Gyre.Models.Architectures;
using Gyre.Training.Recipes;

namespace Gyre.Training.Translation;

/// <summary>The shape of the original Transformer to train.</summary>
internal sealed record TranslationModelRecipe
{
    public required int Width { get; init; }

    public required int Heads { get; init; }

    public required int FeedForwardSize { get; init; }

    public required int EncoderLayers { get; init; }

    public required int DecoderLayers { get; init; }

    /// <summary>The longest source with its end token, and the longest answer with its start token.</summary>
    public required int Context { get; init; }

    public static TranslationModelRecipe Read(RecipeSection section)
    {
        var layers = section.Integer("encoder_layers", 2, 1, 64);
        var model = new TranslationModelRecipe
        {
            Width = section.Integer("width", 512, 8, 8192),
            Heads = section.Integer("heads", 8, 1, 256),
            FeedForwardSize = section.Integer("ffn_size", 2048, 8, 65536),
            EncoderLayers = layers,
            DecoderLayers = section.Integer("decoder_layers", layers, 1, 64),
            Context = section.Integer("context", 128, 8, 8192),
        };
        if (model.Width % model.Heads != 0)
        {
            section.Fault("heads", $"{model.Heads} heads do not divide width {model.Width}.");
        }

        section.Finish();
        return model;
    }

    /// <summary>The configuration of a model with two vocabularies.</summary>
    public EncoderDecoderConfiguration Configure(PairTokenizers tokenizers) => new()
    {
        Architecture = "transformer",
        VocabularySize = tokenizers.Target.VocabularySize,
        SourceVocabularySize = tokenizers.Source.VocabularySize,
        SharesEmbeddings = false,
        HiddenSize = Width,
        EncoderLayers = EncoderLayers,
        DecoderLayers = DecoderLayers,
        EncoderHeads = Heads,
        DecoderHeads = Heads,
        EncoderHeadWidth = Width / Heads,
        DecoderHeadWidth = Width / Heads,
        EncoderIntermediateSize = FeedForwardSize,
        DecoderIntermediateSize = FeedForwardSize,
        ContextLength = Context,
        NormEpsilon = 1e-6f,
        ScalesEmbedding = true,
        StartTokenId = PairTokenizers.StartId,
        PadTokenId = PairTokenizers.PadId,
        EndTokenIds = [PairTokenizers.EndId],
    };
}
