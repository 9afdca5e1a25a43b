namespace Gyre.Models.Architectures;

/// <summary>What an encoder-only model computes of its last hidden states.</summary>
public enum EncoderHead
{
    /// <summary>Nothing: the hidden states are the result.</summary>
    None,

    /// <summary>For each token the logits of the words that it may stand for.</summary>
    MaskedWords,

    /// <summary>For each sequence the logits of its labels.</summary>
    SequenceLabels,

    /// <summary>For each token the logits of its labels.</summary>
    TokenLabels,

    /// <summary>For each token two logits: that an answer begins there, and that it ends there.</summary>
    AnswerSpan,
}
