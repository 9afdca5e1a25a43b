namespace Gyre.Models.Tokenizers.Training;

/// <summary>How to train a vocabulary of any kind.</summary>
public sealed record VocabularyTrainerOptions
{
    /// <summary>The kind. Default <see cref="VocabularyKind.ByteBpe"/>.</summary>
    public VocabularyKind Kind { get; init; }

    /// <summary>The number of tokens in all, special tokens included. Default 8000.</summary>
    public int VocabularySize { get; init; } = 8000;

    /// <summary>
    /// Tokens that are never cut, numbered first, in this order. Null for what the kind needs: <c>[PAD] [UNK] [CLS] [SEP] [MASK]</c> for
    /// WordPiece, <c>&lt;unk&gt; &lt;s&gt; &lt;/s&gt;</c> for the two SentencePiece kinds, none for byte-level BPE.
    /// </summary>
    public IReadOnlyList<string>? SpecialTokens { get; init; }

    /// <summary>Writes text in lower case and without accents (WordPiece only). Default true.</summary>
    public bool LowersCase { get; init; } = true;

    /// <summary>Adds a token for each byte, for characters that have none (the SentencePiece kinds only). Default false.</summary>
    public bool UsesByteTokens { get; init; }

    /// <summary>The share of all characters of the text, counted by occurrence, that gets tokens; rarer ones do not. Above 0.5 to 1; default 1.</summary>
    public double CharacterCoverage { get; init; } = 1;

    /// <summary>The longest token in characters (the SentencePiece kinds only). 1 to 256; default 16.</summary>
    public int MaxTokenLength { get; init; } = 16;

    /// <summary>The number of candidates that Unigram begins with at most. Default 1,000,000.</summary>
    public int SeedSize { get; init; } = 1_000_000;

    /// <summary>The share of its tokens that Unigram keeps at each pruning. Above 0 and below 1; default 0.75.</summary>
    public double ShrinkingFactor { get; init; } = 0.75;

    /// <summary>The pre-tokenisation of byte-level BPE: <c>gpt-2</c> (default), <c>llama-bpe</c> or <c>qwen2</c>.</summary>
    public string PreTokenizer { get; init; } = "gpt-2";

    /// <summary>The special tokens that are used.</summary>
    internal IReadOnlyList<string> Specials => SpecialTokens ?? Kind switch
    {
        VocabularyKind.WordPiece => ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
        VocabularyKind.ByteBpe => [],
        _ => ["<unk>", "<s>", "</s>"],
    };

    /// <summary>The token for what nothing else spells.</summary>
    internal string Unknown => Kind == VocabularyKind.WordPiece ? "[UNK]" : "<unk>";

    /// <summary>Every fault of these options; empty when valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        Check(VocabularySize >= Specials.Count + 1 && VocabularySize <= Vocabulary.MaxTokens, $"the vocabulary size is {VocabularySize:N0}; expected {Specials.Count + 1:N0} to {Vocabulary.MaxTokens:N0}");
        Check(
            Specials.All(token => !string.IsNullOrEmpty(token)) && Specials.Distinct(StringComparer.Ordinal).Count() == Specials.Count,
            "the special tokens hold an empty text or one text twice; expected different texts");
        Check(Kind == VocabularyKind.ByteBpe || Specials.Contains(Unknown, StringComparer.Ordinal), $"the special tokens have no {Unknown}; expected it among them");
        Check(CharacterCoverage is > 0.5 and <= 1, $"the character coverage is {CharacterCoverage}; expected more than 0.5, at most 1");
        Check(MaxTokenLength is >= 1 and <= 256, $"the longest token has {MaxTokenLength:N0} characters; expected 1 to 256");
        Check(SeedSize >= 1 && SeedSize <= Vocabulary.MaxTokens, $"the seed size is {SeedSize:N0}; expected 1 to {Vocabulary.MaxTokens:N0}");
        Check(ShrinkingFactor is > 0 and < 1, $"the shrinking factor is {ShrinkingFactor}; expected more than 0, less than 1");
        return faults;

        void Check(bool isRight, string fault)
        {
            if (!isRight)
            {
                faults.Add(fault);
            }
        }
    }
}
