namespace Gyre.Models.Tokenizers;

/// <summary>What a network says about the vocabulary that is written beside it.</summary>
/// <param name="Tokens">The ids that the network has rows for.</param>
/// <param name="Begin">The id that begins a sequence; null when the configuration names none.</param>
/// <param name="Ends">The ids that end one; may be empty.</param>
internal sealed record VocabularyFrame(int Tokens, int? Begin, IReadOnlyList<int> Ends)
{
    /// <summary>The id that fills rows up; null when the configuration names none.</summary>
    public int? Padding { get; init; }

    /// <summary>An end stands behind every text, whether or not the vocabulary puts it there: sources of T5.</summary>
    public bool EndsTexts { get; init; }

    /// <summary>Kinds of tokens that the network tells apart; null where the format has no such key.</summary>
    public int? TokenTypes { get; init; }
}
