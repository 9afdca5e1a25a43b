using Gyre.Models.Architectures.Engine;
using Gyre.Models.Weights;
using Gyre.Tensors;

namespace Gyre.Models.Architectures;

/// <summary>Makes encoders from weights.</summary>
public static class EncoderLoader
{
    /// <summary>Packs the weights of an encoder-only model and returns an encoder that runs it.</summary>
    /// <param name="weights">A safetensors folder or file with Hugging Face names, or a GGUF file. Not needed afterwards.</param>
    /// <param name="configuration">What the weights were made for; a pooler that they lack is left out.</param>
    /// <param name="options">How to compute.</param>
    /// <remarks>
    /// <para>Owns: the caller owns the encoder; the encoder owns a copy of the weights.</para>
    /// <para>Errors: as <see cref="DecoderLoader.Load"/>.</para>
    /// <para>Cost: reads every weight once; memory about the size of the file, and some for each kind of result at its first use.</para>
    /// </remarks>
    public static IEncoder Load(IWeightSource weights, EncoderConfiguration configuration, EncoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(options);
        var place = DecoderLoader.PlaceOf(weights);
        var architecture = Create(Fit(configuration, weights), place);
        var packed = EngineWeights.Load(WeightBinding.Resolve(architecture, weights, place), options.Format, options.Team);
        try
        {
            var shape = new EncoderShape(configuration.VocabularySize, configuration.ContextLength, configuration.TokenTypes);
            return new EngineEncoder(architecture, shape, packed, options);
        }
        catch
        {
            packed.Dispose();
            throw;
        }
    }

    /// <summary>Builds the network that a configuration describes.</summary>
    internal static BertEncoder Create(EncoderConfiguration configuration, string place)
    {
        var faults = configuration.Validate();
        if (faults.Count > 0)
        {
            throw HuggingFaceConfiguration.Faulty(faults, place);
        }

        var family = EncoderFamily.Find(configuration.Architecture) ?? throw Architecture.Unknown(
            "Build an encoder: found architecture", configuration.Architecture, EncoderFamily.All.Select(known => known.Name), place);
        return new BertEncoder(configuration, family);
    }

    /// <summary>Weights of one family come with and without the pooler, and their configuration does not say.</summary>
    internal static EncoderConfiguration Fit(EncoderConfiguration configuration, IWeightSource weights)
    {
        var family = EncoderFamily.Find(configuration.Architecture);
        if (family?.Pooler is not { } pooler)
        {
            return configuration with { HasPooler = false };
        }

        var name = pooler + ".weight";
        var isThere = weights.TryGet(name, out _) || (name.StartsWith(family.Prefix, StringComparison.Ordinal) && weights.TryGet(name[family.Prefix.Length..], out _));
        return configuration with { HasPooler = isThere };
    }
}
