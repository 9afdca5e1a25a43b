namespace Gyre.Models.Adapters.Training;

/// <summary>What the virtual tokens of prompt tuning begin as.</summary>
public enum PromptInitialisation
{
    /// <summary>Normal random numbers.</summary>
    Random,

    /// <summary>The embeddings of a text's tokens.</summary>
    Text,

    /// <summary>The embeddings of tokens that are drawn from the vocabulary.</summary>
    SampledVocabulary,
}
