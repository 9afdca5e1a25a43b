using Gyre.Contracts;

namespace Gyre.Models.Architectures;

/// <summary>The architectures this room has. A new one is registered here.</summary>
internal static class Architecture
{
    /// <summary>Every family, by the name that config.json uses.</summary>
    public static IReadOnlyList<DecoderFamily> Families { get; } =
    [
        .. LlamaDecoder.Families,
        .. GemmaDecoder.Families,
        Phi3Decoder.Family,
        PhiDecoder.Family,
        Gpt2Decoder.Family,
        GptNeoDecoder.Family,
        GptNeoXDecoder.Family,
        BloomDecoder.Family,
        FalconDecoder.Family,
        OptDecoder.Family,
    ];

    /// <summary>Builds the network that a configuration describes.</summary>
    public static IArchitecture Create(DecoderConfiguration configuration, string place)
    {
        var faults = configuration.Validate();
        if (faults.Count > 0)
        {
            throw HuggingFaceConfiguration.Faulty(faults, place);
        }

        var family = Find(configuration.Architecture)
            ?? throw Unknown("Build a model: found architecture", configuration.Architecture, Families.Select(known => known.Name), place);
        return family.Create(configuration);
    }

    /// <summary>The family with a name of config.json's; null when there is none.</summary>
    public static DecoderFamily? Find(string name) => Families.FirstOrDefault(family => family.Name == name);

    /// <summary>The family with a name of GGUF's; null when there is none.</summary>
    public static DecoderFamily? FindGguf(string name) => Families.FirstOrDefault(family => family.GgufName == name);

    /// <summary>The error for a name that no family has, with the one that is spelt most like it.</summary>
    public static ModelException Unknown(string found, string name, IEnumerable<string> known, string place)
    {
        var names = known.ToList();
        var nearest = names.MinBy(candidate => SpellingDistance.Between(name, candidate));
        return new ModelException(
            "RUN0402",
            $"{found} '{(name.Length <= 40 ? name : name[..40] + "…")}'; expected one of {string.Join(", ", names)}, in '{place}'. The nearest of these is {nearest}; convert the model or use one of these families.");
    }
}
