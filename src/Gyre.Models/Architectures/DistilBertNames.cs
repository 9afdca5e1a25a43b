using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>DistilBERT: BERT's network under other names, without token types and pooler.</summary>
/// <remarks>Source: Sanh et al. 2019 (DistilBERT).</remarks>
internal static class DistilBertNames
{
    private const string Prefix = "distilbert.";

    public static EncoderFamily Family { get; } = new()
    {
        Name = "distilbert",
        ClassPrefix = "DistilBert",
        Prefix = Prefix,
        Modules = new EncoderModules
        {
            Words = Prefix + "embeddings.word_embeddings",
            Positions = Prefix + "embeddings.position_embeddings",
            EmbeddingNorm = Prefix + "embeddings.LayerNorm",
            Layer = Prefix + "transformer.layer.",
            Queries = "attention.q_lin",
            Keys = "attention.k_lin",
            Values = "attention.v_lin",
            AttentionOutput = "attention.out_lin",
            AttentionNorm = "sa_layer_norm",
            Up = "ffn.lin1",
            Down = "ffn.lin2",
            OutputNorm = "output_layer_norm",
        },
        Unused = [Prefix + "embeddings.position_ids", "vocab_"],
        FieldNames = new Dictionary<string, string[]>
        {
            ["hidden_size"] = ["dim"],
            ["intermediate_size"] = ["hidden_dim"],
            ["num_hidden_layers"] = ["n_layers"],
            ["num_attention_heads"] = ["n_heads"],
            ["hidden_act"] = ["activation"],
            ["type_vocab_size"] = [],
            ["layer_norm_eps"] = [],
        },
        Head = head => head switch
        {
            EncoderHead.MaskedWords => new HeadModules("vocab_projector")
            {
                Dense = "vocab_transform", TakesModelActivation = true, Norm = "vocab_layer_norm", OutputBias = "vocab_projector",
            },
            EncoderHead.SequenceLabels => new HeadModules("classifier") { Dense = "pre_classifier", Activation = ActivationFunction.Relu },
            EncoderHead.TokenLabels => new HeadModules("classifier"),
            EncoderHead.AnswerSpan => new HeadModules("qa_outputs"),
            _ => null,
        },
    };
}
