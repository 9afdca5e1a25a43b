using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Benchmarks.Models;

/// <summary>
/// Verb <c>synthetic</c>: a GGUF file of random weights of a known shape, with the vocabulary of another GGUF file or none.
/// </summary>
internal static class SyntheticFile
{
    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "model", "format", "vocabulary", "file");
        var (model, format) = (options.Text("model", "135M"), Enum.Parse<ElementFormat>(options.Text("format", "Q8_0")));
        var path = options.Text("file", $"{model}-{format}.gguf");
        Write(path, model, format, options.Text("vocabulary", "") is { Length: > 0 } vocabulary ? vocabulary : null);
        Console.WriteLine($"{path}: {new FileInfo(path).Length:N0} bytes");
        return 0;
    }

    public static void Write(string path, string model, ElementFormat format, string? vocabulary)
    {
        using var other = vocabulary is null ? null : GgufFile.Open(vocabulary);
        var configuration = DecodeBenchmark.ConfigurationOf(model);
        configuration = configuration with { VocabularySize = other?.Metadata.CountOf("tokenizer.ggml.tokens") ?? configuration.VocabularySize };
        var architecture = new LlamaDecoder(configuration);
        using var weights = new SyntheticWeights(configuration, format);
        var writer = new GgufWriter();
        writer.SetString("general.architecture", "llama")
            .SetString("general.name", $"synthetic {model}")
            .SetUInt32("llama.context_length", (uint)configuration.ContextLength)
            .SetUInt32("llama.embedding_length", (uint)configuration.HiddenSize)
            .SetUInt32("llama.block_count", (uint)configuration.Layers)
            .SetUInt32("llama.feed_forward_length", (uint)configuration.IntermediateSize)
            .SetUInt32("llama.attention.head_count", (uint)configuration.Heads)
            .SetUInt32("llama.attention.head_count_kv", (uint)configuration.KeyValueHeads)
            .SetFloat("llama.attention.layer_norm_rms_epsilon", configuration.NormEpsilon)
            .SetFloat("llama.rope.freq_base", 10_000)
            .SetUInt32("llama.rope.dimension_count", (uint)configuration.HeadWidth)
            .SetUInt32("llama.vocab_size", (uint)configuration.VocabularySize);
        if (other is null)
        {
            writer.SetString("tokenizer.ggml.model", "no_vocab");
        }
        else
        {
            writer.CopyMetadata(other.Metadata, key => key.StartsWith("tokenizer.", StringComparison.Ordinal));
        }

        foreach (var spec in architecture.Weights)
        {
            if (weights.TryGet(spec.Name, out var tensor))
            {
                // The rows are random, so the order in which GGUF stores rotary pairs does not matter here.
                unsafe
                {
                    writer.Add(new WeightTensor(spec.GgufPlace.Tensor, tensor.Format, tensor.Shape, tensor.Bytes, tensor.LengthBytes));
                }
            }
        }

        writer.Write(path);
    }
}
