namespace Gyre.Models.Tokenizers;

/// <summary>What a GGUF file needs of a vocabulary beside the tokens; kept by the loaders of files that have it.</summary>
internal sealed record VocabularyExport
{
    /// <summary><c>gpt2</c> (byte-level BPE), <c>llama</c> (SentencePiece BPE), <c>t5</c> (Unigram) or <c>bert</c> (WordPiece).</summary>
    public required string Model { get; init; }

    /// <summary>The pre-tokenisation by GGUF's name; null when it has none, so that texts would be cut differently.</summary>
    public string? PreTokenizer { get; init; }

    /// <summary>Scores by id; empty for models without.</summary>
    public IReadOnlyList<float> Scores { get; init; } = [];

    /// <summary>Merges in order, two tokens with a space between; empty for models without.</summary>
    public IReadOnlyList<string> Merges { get; init; } = [];

    /// <summary>The token for what nothing else spells; null for none.</summary>
    public int? UnknownId { get; init; }

    /// <summary>A space goes before every text.</summary>
    public bool AddsSpacePrefix { get; init; }

    /// <summary>None goes before a text that begins with one; other programs put one there too.</summary>
    public bool KeepsLeadingSpace { get; init; }

    /// <summary>Runs of spaces become one, and those at the ends none.</summary>
    public bool RemovesExtraSpaces { get; init; }

    /// <summary>What WordPiece's tokens inside a word begin with.</summary>
    public string Continuation { get; init; } = "##";

    /// <summary>Text becomes lower case before WordPiece cuts it.</summary>
    public bool LowersCase { get; init; }

    /// <summary>Accents are dropped before WordPiece cuts text.</summary>
    public bool StripsAccents { get; init; }

    /// <summary>SentencePiece's compiled rules of normalisation; empty for none.</summary>
    public byte[] Charsmap { get; init; } = [];

    /// <summary>What GGUF cannot say of this tokenizer; null when it can say all.</summary>
    public string? Fault { get; init; }
}
