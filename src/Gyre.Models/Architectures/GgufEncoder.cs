using System.Globalization;
using Gyre.Models.Weights;

namespace Gyre.Models.Architectures;

/// <summary>Reads the metadata of encoder-only models in GGUF files.</summary>
/// <remarks>
/// GGUF's <c>bert</c> stands for all families: its files have positions from 0 on and BERT's modules. A classification
/// head is <c>cls.output</c>, after the dense layer <c>cls</c> where the file has one.
/// <para>Source: GGUF key names as llama.cpp v0.5.0 writes them.</para>
/// </remarks>
internal static class GgufEncoder
{
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

    private static IReadOnlyList<string> ReadLabels(GgufFile file, int count)
    {
        var names = file.Metadata.TryGetStrings("bert.classifier.output_labels", out var found) ? found : [];
        return names.Length == count
            ? [.. names]
            : [.. Enumerable.Range(0, Math.Min(count, 1 << 16)).Select(i => string.Create(CultureInfo.InvariantCulture, $"LABEL_{i}"))];
    }
}
