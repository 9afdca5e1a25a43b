using System.Globalization;
using Gyre.Models.Conversion;
using Gyre.Tensors.Quantization;

namespace Gyre.Training.Quantization;

/// <summary>Chooses each tensor's encoding.</summary>
/// <remarks>
/// Vectors, norms, positions, token types and the last layer of a head of labels stay in F32. Every other matrix gets the format that was asked for, but:
/// <para>the output layer, or the embedding that doubles as one, gets Q6_K below Q8_0 (Falcon's Q8_0);</para>
/// <para>of Q4_K and Q5_K, values and the feed-forward's last matrix get Q6_K in the first and last eighth of the layers
/// and in every third between them; projections that hold queries, keys and values together get Q5_K and Q6_K;</para>
/// <para>rows that do not fill blocks of 256 get Q8_0, and F16 when they do not fill blocks of 32 either.</para>
/// Source: the mixtures Q4_0, Q4_K_M, Q5_K_M, Q6_K and Q8_0 of llama.cpp v0.5.0, whose 5-bit formats of 32 elements are Q8_0 here.
/// </remarks>
internal sealed class QuantizationPolicy
{
    private readonly QuantizationOptions _options;
    private readonly string _architecture;
    private readonly bool _isTied;
    private readonly int _layers;

    private QuantizationPolicy(GgufSource source, QuantizationOptions options)
    {
        _options = options;
        _architecture = source.Architecture;
        _isTied = source.Tensors.All(tensor => tensor.Name != "output.weight");
        _layers = 1 + source.Tensors.Select(tensor => LayerOf(tensor.Name)).DefaultIfEmpty(-1).Max();
    }

    /// <summary>The plan of every tensor, in order.</summary>
    /// <remarks>Errors: <see cref="TrainingException"/> <c>TRN0060</c> for a tensor that was quantised before.</remarks>
    public static IReadOnlyList<TensorPlan> Plan(GgufSource source, QuantizationOptions options)
    {
        var policy = new QuantizationPolicy(source, options);
        return [.. source.Tensors.Select(policy.Plan)];
    }

    /// <summary>True when a layer's values and last matrix get more bits.</summary>
    internal static bool GetsMore(int layer, int layers) =>
        layer < layers / 8 || layer >= 7 * layers / 8 || (layer - (layers / 8)) % 3 == 2;

    private TensorPlan Plan(GgufSourceTensor tensor)
    {
        if (FormatTraits.Of(tensor.Format).BlockLength == 1 && tensor.Format is not (ElementFormat.F32 or ElementFormat.F16 or ElementFormat.BF16 or ElementFormat.F64))
        {
            return new TensorPlan(tensor.Name, tensor.Format, tensor.Format, tensor.Elements, null);
        }

        if (!IsMatrix(tensor))
        {
            return new TensorPlan(tensor.Name, tensor.Format, ElementFormat.F32, tensor.Elements, null);
        }

        var wanted = Wanted(tensor.Name, tensor.Columns);
        var format = Fitting(wanted, tensor.Columns);
        var note = format == wanted ? null : string.Create(
            CultureInfo.InvariantCulture, $"rows of {tensor.Columns} do not fill {wanted}'s blocks of {FormatTraits.Of(wanted).BlockLength}");
        return QuantizationFormats.IsQuantised(tensor.Format) && format != tensor.Format && !_options.AllowsRequantizing
            ? throw new TrainingException(
                "TRN0060",
                $"Quantising failed: the tensor '{tensor.Name}' is {tensor.Format} already, and shall become {format}; expected F32, F16 or BF16, because what was lost once adds to what is lost now. Quantise the original, or allow it with --allow-requantize.")
            : new TensorPlan(tensor.Name, tensor.Format, format, tensor.Elements, note);
    }

    private static bool IsMatrix(GgufSourceTensor tensor) =>
        tensor.Shape.Count >= 2
        && tensor.Name.EndsWith("weight", StringComparison.Ordinal)
        && !tensor.Name.Contains("_norm.weight", StringComparison.Ordinal)
        && !tensor.Name.Contains("ffn_gate_inp.weight", StringComparison.Ordinal)
        && !tensor.Name.EndsWith("attn_rel_b.weight", StringComparison.Ordinal)
        && tensor.Name is not ("position_embd.weight" or "token_types.weight" or "rope_freqs.weight" or "cls.output.weight");

    private ElementFormat Wanted(string name, long columns)
    {
        var format = _options.Format;
        var isEmbedding = name == "token_embd.weight";
        if (isEmbedding && _options.EmbeddingFormat is { } embedding)
        {
            return embedding;
        }

        var isOutput = name == "output.weight" || (_isTied && isEmbedding);
        if (isOutput && _options.OutputFormat is { } output)
        {
            return output;
        }

        if (_options.IsPure || !QuantizationFormats.IsQuantised(format))
        {
            return format;
        }

        if (isOutput)
        {
            return format == ElementFormat.Q8_0 || _architecture == "falcon" || columns % FormatTraits.Of(format).BlockLength != 0 ? ElementFormat.Q8_0 : ElementFormat.Q6_K;
        }

        if (format is not (ElementFormat.Q4_K or ElementFormat.Q5_K))
        {
            return format;
        }

        if (name.EndsWith("attn_qkv.weight", StringComparison.Ordinal))
        {
            return format == ElementFormat.Q4_K ? ElementFormat.Q5_K : ElementFormat.Q6_K;
        }

        var mayGetMore = name.EndsWith("attn_v.weight", StringComparison.Ordinal) || name.EndsWith("ffn_down.weight", StringComparison.Ordinal);
        return mayGetMore && GetsMore(LayerOf(name), _layers) ? ElementFormat.Q6_K : format;
    }

    private static ElementFormat Fitting(ElementFormat wanted, long columns)
    {
        if (columns % FormatTraits.Of(wanted).BlockLength == 0)
        {
            return wanted;
        }

        return columns % FormatTraits.Of(ElementFormat.Q8_0).BlockLength == 0 ? ElementFormat.Q8_0 : ElementFormat.F16;
    }

    /// <summary>The layer that a tensor belongs to, be it of an encoder or a decoder; −1 for none.</summary>
    private static int LayerOf(string name)
    {
        var parts = name.Split('.');
        var at = parts[0] is "enc" or "dec" ? 1 : 0;
        return parts.Length > at + 1 && parts[at] == "blk" && int.TryParse(parts[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : -1;
    }
}
