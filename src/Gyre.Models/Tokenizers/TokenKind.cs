namespace Gyre.Models.Tokenizers;

/// <summary>What a vocabulary entry is for.</summary>
internal enum TokenKind : byte
{
    /// <summary>Text that the model's merges can produce.</summary>
    Normal,

    /// <summary>Stands for text that no other token spells.</summary>
    Unknown,

    /// <summary>A mark such as the end of the sequence; not part of the text.</summary>
    Control,

    /// <summary>Literal text that is never cut.</summary>
    UserDefined,

    /// <summary>A token that merges pass through but encoding never gives.</summary>
    Unused,

    /// <summary>One byte, for characters that the vocabulary lacks.</summary>
    Byte,

    /// <summary>An id without a token.</summary>
    Hole,
}
