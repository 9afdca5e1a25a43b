using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>What the files of BART and Marian have in common: fields of config.json and the output layer.</summary>
internal static class BartFields
{
    public static EncoderDecoderConfiguration Read(ConfigurationFields fields, string name, ActivationFunction activation, bool normsEmbeddings)
    {
        var hidden = fields.Integer("d_model");
        var vocabulary = fields.Integer("vocab_size");
        var encoderHeads = fields.Integer("encoder_attention_heads");
        var decoderHeads = fields.Integer("decoder_attention_heads");
        EncoderDecoderJson.Require(fields, "normalize_before", false);
        EncoderDecoderJson.Require(fields, "add_final_layer_norm", false);
        EncoderDecoderJson.Require(fields, "normalize_embedding", normsEmbeddings);
        return new EncoderDecoderConfiguration
        {
            Architecture = name,
            VocabularySize = vocabulary,
            SourceVocabularySize = vocabulary,
            HiddenSize = hidden,
            EncoderLayers = fields.Integer("encoder_layers"),
            DecoderLayers = fields.Integer("decoder_layers"),
            EncoderHeads = encoderHeads,
            DecoderHeads = decoderHeads,
            EncoderHeadWidth = EncoderDecoderJson.HeadWidth(fields, "encoder_attention_heads", hidden, encoderHeads),
            DecoderHeadWidth = EncoderDecoderJson.HeadWidth(fields, "decoder_attention_heads", hidden, decoderHeads),
            EncoderIntermediateSize = fields.Integer("encoder_ffn_dim"),
            DecoderIntermediateSize = fields.Integer("decoder_ffn_dim"),
            ContextLength = fields.Integer("max_position_embeddings", 1024),
            Activation = ActivationNames.Read(fields, "activation_function", activation),
            TieEmbeddings = fields.Boolean("tie_word_embeddings", true),
            ScalesEmbedding = fields.Boolean("scale_embedding", false),
            StartTokenId = fields.Integer("decoder_start_token_id", fields.OptionalInteger("eos_token_id") ?? 2),
            PadTokenId = fields.OptionalInteger("pad_token_id"),
            EndTokenIds = fields.Integers("eos_token_id"),
            InitialDeviation = (float)fields.Number("init_std", 0.02),
        };
    }

    public static void Write(EncoderDecoderConfiguration c, JsonObject json)
    {
        json["encoder_layers"] = c.EncoderLayers;
        json["decoder_layers"] = c.DecoderLayers;
        json["encoder_attention_heads"] = c.EncoderHeads;
        json["decoder_attention_heads"] = c.DecoderHeads;
        json["encoder_ffn_dim"] = c.EncoderIntermediateSize;
        json["decoder_ffn_dim"] = c.DecoderIntermediateSize;
        json["max_position_embeddings"] = c.ContextLength;
        json["activation_function"] = ActivationNames.NameOf(c.Activation);
        json["scale_embedding"] = c.ScalesEmbedding;
        json["init_std"] = (double)(decimal)c.InitialDeviation;
    }

    /// <summary>The output layer with the bias that some files have.</summary>
    public static LogitsSpec Logits(EncoderDecoderConfiguration c, WeightList weights, WeightSpec tokens)
    {
        var head = c.TieEmbeddings
            ? tokens
            : weights.Projection("lm_head", "output", c.VocabularySize, c.HiddenSize, hasBias: false, c.InitialDeviation).Weight;
        return new LogitsSpec(new Projection(head, c.HasLogitsBias ? weights.FixedBias("final_logits_bias", "output.bias", c.VocabularySize) : null));
    }
}
