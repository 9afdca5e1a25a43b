using Gyre.Models.Architectures.Engine;
using Gyre.Models.Weights;
using Gyre.Tensors;

namespace Gyre.Models.Architectures;

/// <summary>Makes decoders from weights.</summary>
public static class DecoderLoader
{
    private const int MaxChunkTokens = 4096;

    /// <summary>Packs the weights of a model and returns a decoder that runs it.</summary>
    /// <param name="weights">A safetensors folder or file with Hugging Face names, or a GGUF file. Not needed afterwards.</param>
    /// <param name="configuration">What the weights were made for.</param>
    /// <param name="options">How to compute.</param>
    /// <remarks>
    /// <para>Owns: the caller owns the decoder; the decoder owns a copy of the weights.</para>
    /// <para>Errors: <see cref="ModelException"/> <c>RUN0401</c> faulty configuration, <c>RUN0402</c> unknown
    /// architecture, <c>RUN0403</c> tensors that are missing, of the wrong shape or left over, <c>RUN0006</c> a tensor
    /// in an encoding that cannot be computed on, <c>RUN0015</c> a weight that is not a finite number;
    /// <see cref="TensorException"/> <c>TEN0101</c> a tensor of whole numbers where weights are expected, <c>TEN0102</c>
    /// rows that are no whole number of the format's blocks.</para>
    /// <para>Cost: reads every weight once; memory about the size of the file.</para>
    /// </remarks>
    public static IDecoder Load(IWeightSource weights, DecoderConfiguration configuration, DecoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        var place = PlaceOf(weights);
        var architecture = Architecture.Create(configuration, place);
        var bindings = WeightBinding.Resolve(architecture, weights, place);
        var packed = EngineWeights.Load(bindings, options.Format, options.Team);
        try
        {
            return new EngineDecoder(configuration, architecture, packed, options);
        }
        catch
        {
            packed.Dispose();
            throw;
        }
    }

    internal static void Check(DecoderOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ChunkTokens, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.ChunkTokens, MaxChunkTokens, nameof(options));
    }

    internal static string PlaceOf(IWeightSource weights) => weights switch
    {
        GgufFile file => file.Path,
        SafetensorsFolder folder => folder.Path,
        SafetensorsFile file => file.Path,
        _ => "the given weights",
    };
}
