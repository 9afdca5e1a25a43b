namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>Where a SentencePiece vocabulary puts its dummy leading space.</summary>
internal enum PrefixScheme
{
    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>Before the text only.</summary>
    First,

    /// <summary>Before every part of the text between added tokens.</summary>
    Always,
}
