using System.Text.Json.Nodes;

namespace Gyre.Models.Architectures;

/// <summary>What is known of a family of encoder–decoder models: its names, how its configurations are read and written, how it is built.</summary>
internal sealed record EncoderDecoderFamily
{
    /// <summary>config.json's <c>model_type</c>.</summary>
    public required string Name { get; init; }

    /// <summary>config.json's <c>architectures</c> entry.</summary>
    public required string ClassName { get; init; }

    /// <summary>Builds the network.</summary>
    public required Func<EncoderDecoderConfiguration, IEncoderDecoderArchitecture> Create { get; init; }

    /// <summary>Reads a config.json.</summary>
    public required Func<ConfigurationFields, EncoderDecoderConfiguration> Read { get; init; }

    /// <summary>Adds the family's fields to those that all have.</summary>
    public required Action<EncoderDecoderConfiguration, JsonObject> Write { get; init; }

    /// <summary>GGUF's <c>general.architecture</c>; null when GGUF has none for it.</summary>
    public string? GgufName { get; init; }

    /// <summary>Reads GGUF's keys; not null where <see cref="GgufName"/> is not.</summary>
    public Func<GgufFields, EncoderDecoderConfiguration>? ReadGguf { get; init; }

    /// <summary>Adds the family's keys to those that all have; not null where <see cref="GgufName"/> is not.</summary>
    public Action<GgufKeys, EncoderDecoderConfiguration>? WriteGguf { get; init; }

    /// <summary>The families this room has. A new one is registered here.</summary>
    public static IReadOnlyList<EncoderDecoderFamily> All { get; } =
    [
        T5Network.Family,
        BartNetwork.Family,
        MarianNetwork.Family,
        OriginalTransformer.Family,
    ];

    /// <summary>The family with a name of config.json's; null when there is none.</summary>
    public static EncoderDecoderFamily? Find(string name) => All.FirstOrDefault(family => family.Name == name);

    /// <summary>Builds the network that a configuration describes.</summary>
    /// <remarks>Errors: <c>RUN0401</c> a faulty configuration, <c>RUN0402</c> an unknown family.</remarks>
    public static IEncoderDecoderArchitecture Build(EncoderDecoderConfiguration configuration, string place)
    {
        var faults = configuration.Validate();
        if (faults.Count > 0)
        {
            throw HuggingFaceConfiguration.Faulty(faults, place);
        }

        var family = Find(configuration.Architecture)
            ?? throw Architecture.Unknown("Build a model: found architecture", configuration.Architecture, All.Select(known => known.Name), place);
        return family.Create(configuration);
    }
}
