namespace Gyre.Models.Catalog;

/// <summary>What a model's weights are stored as.</summary>
public enum ModelFormat
{
    /// <summary>A folder with safetensors weights, <c>config.json</c> and tokenizer files.</summary>
    Safetensors,

    /// <summary>One GGUF file that holds weights, configuration, vocabulary and template.</summary>
    Gguf,
}
