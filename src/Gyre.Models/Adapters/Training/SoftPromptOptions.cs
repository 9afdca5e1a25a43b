namespace Gyre.Models.Adapters.Training;

/// <summary>Virtual tokens before each document, and how they begin.</summary>
public sealed record SoftPromptOptions
{
    /// <summary>How many.</summary>
    public int Tokens { get; init; } = 20;

    /// <summary>What prompt tuning begins with.</summary>
    public PromptInitialisation Initialisation { get; init; } = PromptInitialisation.Random;

    /// <summary>The text that prompt tuning begins with, kept in the saved configuration; <see cref="PromptInitialisation.Text"/>.</summary>
    public string Text { get; init; } = "";

    /// <summary>The tokens of <see cref="Text"/>: repeated, or cut, to as many as there are virtual tokens.</summary>
    public IReadOnlyList<int> TextTokens { get; init; } = [];

    /// <summary>The network that P-tuning trains with the embeddings.</summary>
    public PromptEncoder Encoder { get; init; } = PromptEncoder.Perceptron;

    /// <summary>Width of the inner layers of P-tuning's network and of prefix tuning's projection; 0 for the base's width.</summary>
    public int EncoderWidth { get; init; }

    /// <summary>Layers of <see cref="PromptEncoder.Recurrent"/>.</summary>
    public int EncoderLayers { get; init; } = 2;

    /// <summary>Prefix tuning learns embeddings that two layers widen to keys and values, instead of keys and values themselves.</summary>
    public bool IsProjected { get; init; }
}
