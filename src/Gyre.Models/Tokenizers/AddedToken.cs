namespace Gyre.Models.Tokenizers;

/// <summary>A token that is recognised as literal text before the model sees the rest.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="IsSpecial">A control token: read only when the caller asks for it, left out of decoded text.</param>
/// <param name="StripsLeft">Swallows white space before it.</param>
/// <param name="StripsRight">Swallows white space after it.</param>
/// <param name="IsSingleWord">Matches only between characters that are not of words.</param>
/// <param name="IsNormalized">Is looked for in normalised text rather than in the raw one.</param>
/// <param name="IsOnlyFirst">Matches only where the text begins.</param>
internal sealed record AddedToken(
    int Id,
    string Content,
    bool IsSpecial,
    bool StripsLeft = false,
    bool StripsRight = false,
    bool IsSingleWord = false,
    bool IsNormalized = false,
    bool IsOnlyFirst = false);
