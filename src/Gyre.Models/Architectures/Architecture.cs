namespace Gyre.Models.Architectures;

/// <summary>The architectures this room has, by the name that config.json uses. A new one is registered here.</summary>
internal static class Architecture
{
    /// <summary>Builds the network that a configuration describes.</summary>
    public static IArchitecture Create(DecoderConfiguration configuration, string place)
    {
        var faults = configuration.Validate();
        if (faults.Count > 0)
        {
            throw HuggingFaceConfiguration.Faulty(faults, place);
        }

        return configuration.Architecture switch
        {
            "llama" or "mistral" or "qwen2" or "qwen3" => new LlamaDecoder(configuration),
            _ => throw new ModelException(
                "RUN0402",
                $"Build a model: found architecture '{configuration.Architecture}'; expected one of llama, mistral, qwen2, qwen3, in '{place}'. Convert the model or use one of these families."),
        };
    }
}
