namespace Gyre.Models.Adapters.Training;

/// <summary>The network between P-tuning's own embeddings and those that the base sees.</summary>
public enum PromptEncoder
{
    /// <summary>Three linear layers with rectifiers between them.</summary>
    Perceptron,

    /// <summary>Recurrent layers over the virtual tokens in both directions (LSTM), and two linear layers with a rectifier.</summary>
    Recurrent,
}
