using Gyre.Models.Weights;

namespace Gyre.Models.Architectures;

/// <summary>Reads and writes the metadata of encoder–decoder models in GGUF files.</summary>
/// <remarks>Source: GGUF key names as llama.cpp v0.5.0 reads them.</remarks>
internal static class GgufEncoderDecoder
{
    /// <summary>The norm before the output layer.</summary>
    public const string LastNorm = "dec.output_norm.weight";

    private const string LogitScale = "logit_scale";

    /// <summary>True for a file of such a model.</summary>
    public static bool IsIn(GgufFile file) => file.Metadata.TryGetString("general.architecture", out var name) && Find(name) is not null;

    /// <summary>Reads a file's configuration.</summary>
    /// <remarks>Errors: RUN0401 faulty values (all named), RUN0402 another architecture.</remarks>
    public static EncoderDecoderConfiguration Read(GgufFile file)
    {
        var name = file.Metadata.TryGetString("general.architecture", out var text) ? text : "";
        var family = Find(name) ?? throw Architecture.Unknown("Read model configuration: found general.architecture", name, Names, file.Path);
        var fields = new GgufFields(file, name);
        var configuration = family.ReadGguf!(fields); // A family with a name reads and writes.
        fields.Faults.AddRange(configuration.Validate());
        return fields.Faults.Count == 0 ? configuration : throw HuggingFaceConfiguration.Faulty(fields.Faults, file.Path);
    }

    /// <summary>The GGUF architecture that a configuration is written as.</summary>
    /// <remarks>Errors: RUN0442 for a family that GGUF does not have.</remarks>
    public static string ArchitectureOf(EncoderDecoderConfiguration configuration) =>
        EncoderDecoderFamily.Find(configuration.Architecture)?.GgufName ?? throw new ModelException(
            "RUN0442",
            $"Convert to GGUF: found the encoder–decoder family '{configuration.Architecture}', which GGUF has no name for; expected {string.Join(", ", Names)} of this kind. Keep the safetensors files: Gyre runs them as they are.");

    /// <summary>Sets every key of the network.</summary>
    /// <returns>What the format cannot say, in words.</returns>
    public static List<string> Write(GgufWriter writer, EncoderDecoderConfiguration configuration)
    {
        var c = configuration;
        var keys = new GgufKeys(writer, ArchitectureOf(c));
        keys.Set("vocab_size", c.VocabularySize);
        keys.Set("context_length", c.ContextLength);
        keys.Set("embedding_length", c.HiddenSize);
        keys.Set("feed_forward_length", c.DecoderIntermediateSize);
        keys.Set("block_count", c.EncoderLayers);
        keys.Set("decoder_block_count", c.DecoderLayers);
        keys.Set("attention.head_count", c.DecoderHeads);
        keys.Set("attention.head_count_kv", c.DecoderHeads);
        keys.Set("attention.key_length", c.DecoderHeadWidth);
        keys.Set("attention.value_length", c.DecoderHeadWidth);
        keys.Set("decoder_start_token_id", c.StartTokenId);
        EncoderDecoderFamily.Find(c.Architecture)!.WriteGguf!(keys, c); // It has just given a name.
        if (c.TieEmbeddings)
        {
            // The scale of shared embeddings is in the last norm, so that nothing is left to do.
            keys.Set(LogitScale, 1f);
        }

        return keys.Faults;
    }

    /// <summary>Whether shared embeddings give logits that are still to be scaled: in files without a word about it.</summary>
    public static bool ScalesTiedLogits(GgufFields fields)
    {
        var scale = fields.Number(LogitScale, 0);
        fields.Check(scale is 0 or 1, $"{fields.Architecture}.{LogitScale} is {scale}; expected 1, or none.");
        return scale == 0;
    }

    private static IEnumerable<string> Names => EncoderDecoderFamily.All.Select(family => family.GgufName).OfType<string>();

    private static EncoderDecoderFamily? Find(string name) => EncoderDecoderFamily.All.FirstOrDefault(family => family.GgufName is { } known && known == name);
}
