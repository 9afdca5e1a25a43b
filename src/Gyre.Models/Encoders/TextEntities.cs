namespace Gyre.Models.Encoders;

/// <summary>What a token classifier says of a text.</summary>
/// <param name="Entities">Parts with a label, in the text's order; those with the label <c>O</c> are left out.</param>
/// <param name="Tokens">The label of each of the text's tokens.</param>
/// <param name="IsTruncated">The end of the text was cut off, because it is longer than the model reads.</param>
public sealed record TextEntities(IReadOnlyList<TextEntity> Entities, IReadOnlyList<TokenLabel> Tokens, bool IsTruncated);
