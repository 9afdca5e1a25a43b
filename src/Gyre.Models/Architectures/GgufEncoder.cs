using System.Globalization;
using Gyre.Models.Weights;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>Reads and writes the metadata of encoder-only models in GGUF files.</summary>
/// <remarks>
/// GGUF's <c>bert</c> stands for all families: its files have positions from 0 on and BERT's modules. A classification
/// head is <c>cls.output</c>, after the dense layer <c>cls</c> where the file has one.
/// <para>Source: GGUF key names as llama.cpp v0.5.0 writes them.</para>
/// </remarks>
internal static class GgufEncoder
{
    private const string LabelsKey = "bert.classifier.output_labels";

    public static EncoderConfiguration Read(GgufFile file)
    {
        var name = file.Metadata.TryGetString("general.architecture", out var text) ? text : "";
        if (name != EncoderFamily.GgufName)
        {
            throw Architecture.Unknown("Read model configuration: found general.architecture", name, [EncoderFamily.GgufName], file.Path);
        }

        var fields = new GgufFields(file, name);
        var labels = fields.RowsOf("cls.output.weight") ?? 0;
        fields.Check(!fields.Boolean("attention.causal", false), "bert.attention.causal is true; expected false, for an encoder.");
        var configuration = new EncoderConfiguration
        {
            Architecture = "bert",
            VocabularySize = fields.RowsOf("token_embd.weight") ?? fields.Integer("vocab_size", null),
            HiddenSize = fields.Integer("embedding_length", null),
            IntermediateSize = fields.Integer("feed_forward_length", null),
            Layers = fields.Integer("block_count", null),
            Heads = fields.Integer("attention.head_count", null),
            Positions = fields.RowsOf("position_embd.weight") ?? fields.Integer("context_length", null),
            TokenTypes = fields.RowsOf("token_types.weight") ?? 0,
            NormEpsilon = (float)fields.Number("attention.layer_norm_epsilon", 1e-12),
            Head = labels > 0 ? EncoderHead.SequenceLabels : EncoderHead.None,
            HeadHasDense = fields.Has("cls.weight"),
            Labels = ReadLabels(file, labels),
            Problem = labels == 1 ? ClassificationProblem.Regression : ClassificationProblem.SingleLabel,
            PaddingId = fields.Shared("tokenizer.ggml.padding_token_id"),
        };
        fields.Faults.AddRange(configuration.Validate());
        return fields.Faults.Count == 0 ? configuration : throw HuggingFaceConfiguration.Faulty(fields.Faults, file.Path);
    }

    /// <summary>Sets every key of the network.</summary>
    /// <returns>What the format cannot say, in words.</returns>
    public static List<string> Write(GgufWriter writer, EncoderConfiguration configuration)
    {
        var c = configuration;
        var keys = new GgufKeys(writer, EncoderFamily.GgufName);
        keys.Set("vocab_size", c.VocabularySize);
        keys.Set("context_length", c.ContextLength);
        keys.Set("embedding_length", c.HiddenSize);
        keys.Set("block_count", c.Layers);
        keys.Set("feed_forward_length", c.IntermediateSize);
        keys.Set("attention.head_count", c.Heads);
        keys.Set("attention.layer_norm_epsilon", c.NormEpsilon);
        keys.Set("attention.causal", false);
        keys.Require(c.Activation == ActivationFunction.Gelu, $"the activation {ActivationNames.NameOf(c.Activation)} instead of gelu");
        keys.Require(c.Head is EncoderHead.None or EncoderHead.SequenceLabels, c.Head switch
        {
            EncoderHead.MaskedWords => "a head for masked words (a folder with modules.json is written as a model of vectors, without it)",
            EncoderHead.TokenLabels => "a head that labels every token",
            _ => "a head that finds answers",
        });
        if (c.Head == EncoderHead.SequenceLabels)
        {
            var head = EncoderFamily.Find(c.Architecture)?.Head(c.Head);
            keys.Require(!c.HeadHasDense || head?.Dense is null || head.Activation == ActivationFunction.Tanh, "a head of labels whose first layer is not followed by tanh");
            keys.Require(c.Problem != ClassificationProblem.MultipleLabels, "labels that hold independently of each other");
            writer.SetStrings(LabelsKey, c.Labels);
        }

        return keys.Faults;
    }

    private static IReadOnlyList<string> ReadLabels(GgufFile file, int count)
    {
        var names = file.Metadata.TryGetStrings(LabelsKey, out var found) ? found : [];
        return names.Length == count
            ? [.. names]
            : [.. Enumerable.Range(0, Math.Min(count, 1 << 16)).Select(i => string.Create(CultureInfo.InvariantCulture, $"LABEL_{i}"))];
    }
}
