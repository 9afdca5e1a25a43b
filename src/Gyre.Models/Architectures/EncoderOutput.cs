namespace Gyre.Models.Architectures;

/// <summary>What is wanted of a run of an encoder.</summary>
public enum EncoderOutput
{
    /// <summary>The last hidden states.</summary>
    Hidden,

    /// <summary>The hidden states through the model's pooler: tanh(W·x + b). Meant for first tokens.</summary>
    Pooled,

    /// <summary>The logits of the model's head.</summary>
    Head,
}
