namespace Gyre.Models.Adapters.Training;

/// <summary>How an adapter that is trained changes its base.</summary>
public enum AdapterMethod
{
    /// <summary>Adds the product of two narrow matrices to each target; with <see cref="AdapterOptions.IsRankStabilised"/> rsLoRA, with <see cref="AdapterOptions.HasMagnitudes"/> DoRA.</summary>
    Lora,

    /// <summary>The same with a factor for each rank; training takes the least important ranks away.</summary>
    AdaLora,

    /// <summary>Multiplies outputs, or inputs of feed-forward modules, by learned factors.</summary>
    Ia3,

    /// <summary>Learned embeddings before each document.</summary>
    PromptTuning,

    /// <summary>Embeddings before each document that a small network gives, which is trained with them.</summary>
    PTuning,

    /// <summary>Learned keys and values before each document's, in every layer.</summary>
    PrefixTuning,
}
