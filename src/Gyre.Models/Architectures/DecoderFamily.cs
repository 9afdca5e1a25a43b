using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>What <see cref="Architecture"/> knows of a family: its names, how its configurations differ from the common form, how it is built.</summary>
internal sealed record DecoderFamily
{
    /// <summary>config.json's <c>model_type</c>.</summary>
    public required string Name { get; init; }

    /// <summary>config.json's <c>architectures</c> entry.</summary>
    public required string ClassName { get; init; }

    /// <summary>Builds the network.</summary>
    public required Func<DecoderConfiguration, IArchitecture> Create { get; init; }

    /// <summary>
    /// What config.json calls a common field (<c>hidden_size</c> and so on, as Llama names them) where its name differs:
    /// first the name that is written, then others that are read; none for a field that the format does not have.
    /// </summary>
    public IReadOnlyDictionary<string, string[]> FieldNames { get; init; } = new Dictionary<string, string[]>();

    /// <summary>Whether queries and keys are rotated, so that the rotary options matter.</summary>
    public Func<DecoderConfiguration, bool> UsesRotary { get; init; } = _ => true;

    /// <summary>The activation when the configuration names none.</summary>
    public ActivationFunction Activation { get; init; } = ActivationFunction.Silu;

    /// <summary>The norms' ε when the configuration has none.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>The context length when the configuration has none; null when it must.</summary>
    public int? ContextLength { get; init; }

    /// <summary>The feed-forward is four times as wide as the stream when the configuration does not say.</summary>
    public bool WidensByFour { get; init; }

    /// <summary>The output layer shares the embedding's weights when the configuration does not say.</summary>
    public bool TiesEmbeddings { get; init; }

    /// <summary>Completes the common fields with the family's own.</summary>
    public required Func<ConfigurationFields, DecoderConfiguration, DecoderConfiguration> Read { get; init; }

    /// <summary>Adds the family's own fields to the common ones.</summary>
    public required Action<DecoderConfiguration, JsonObject> Write { get; init; }

    /// <summary>GGUF's <c>general.architecture</c>; null when llama.cpp does not have the family.</summary>
    public string? GgufName { get; init; }

    /// <summary>Completes the common keys of a GGUF file with the family's own.</summary>
    public Func<GgufFields, DecoderConfiguration, DecoderConfiguration> ReadGguf { get; init; } = (_, common) => common;

    /// <summary>Adds the family's own keys to the common ones, and names what GGUF cannot say of a configuration.</summary>
    public Action<GgufKeys, DecoderConfiguration> WriteGguf { get; init; } = (_, _) => { };

    /// <summary>The GGUF architecture that a configuration is written as where that depends on it; null where it does not.</summary>
    public Func<DecoderConfiguration, string?>? WritesAs { get; init; }

    /// <summary>The GGUF architecture that a configuration is written as; null when there is none.</summary>
    public string? GgufNameOf(DecoderConfiguration configuration) => WritesAs is null ? GgufName : WritesAs(configuration);

    /// <summary>config.json's name of a common field; null when it has none.</summary>
    public string? FieldName(string common) => FieldNames.TryGetValue(common, out var names) ? names.FirstOrDefault() : common;
}
