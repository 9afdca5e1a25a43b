using Gyre.Models.Architectures.Engine;
using Gyre.Models.Weights;
using Gyre.Tensors;

namespace Gyre.Models.Architectures;

/// <summary>Makes encoder–decoder models from weights.</summary>
public static class EncoderDecoderLoader
{
    /// <summary>The output layer's bias, which files of the same family may or may not have.</summary>
    private const string LogitsBias = "final_logits_bias";

    /// <summary>Packs the weights of a model and returns it ready to read sources.</summary>
    /// <param name="weights">A safetensors folder or file with Hugging Face names, or a GGUF file. Not needed afterwards.</param>
    /// <param name="configuration">What the weights were made for.</param>
    /// <param name="options">How to compute.</param>
    /// <remarks>
    /// <para>Owns: the caller owns the model; the model owns a copy of the weights.</para>
    /// <para>Errors: as <see cref="DecoderLoader.Load"/>.</para>
    /// <para>Cost: reads every weight once; memory about the size of the file.</para>
    /// </remarks>
    public static IEncoderDecoder Load(IWeightSource weights, EncoderDecoderConfiguration configuration, DecoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(options);
        DecoderLoader.Check(options);
        var place = DecoderLoader.PlaceOf(weights);
        var architecture = EncoderDecoderFamily.Build(Completed(configuration, weights), place);
        var packed = EngineWeights.Load(WeightBinding.Resolve(architecture, weights, place), options.Format, options.Team);
        try
        {
            return new EngineEncoderDecoder(configuration, architecture, packed, options);
        }
        catch
        {
            packed.Dispose();
            throw;
        }
    }

    /// <summary>The configuration with what only the weights tell.</summary>
    internal static EncoderDecoderConfiguration Completed(EncoderDecoderConfiguration configuration, IWeightSource weights) =>
        configuration with { HasLogitsBias = weights.TryGet(LogitsBias, out _) };
}
