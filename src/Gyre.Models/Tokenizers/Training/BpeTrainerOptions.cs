namespace Gyre.Models.Tokenizers.Training;

/// <summary>How to train a byte-level BPE vocabulary.</summary>
public sealed record BpeTrainerOptions
{
    /// <summary>The number of tokens to make: special tokens, 256 bytes and merges. At least 256 plus the special tokens; default 4096.</summary>
    public int VocabularySize { get; init; } = 4096;

    /// <summary>Tokens that are never cut, numbered first, in this order. Their text parts documents and is not learnt from.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [];

    /// <summary>Stops early when the most frequent pair occurs less often than this; 1 or more. Default 1.</summary>
    public long MinPairCount { get; init; } = 1;

    /// <summary>The pre-tokenisation: <c>gpt-2</c> (default), <c>llama-bpe</c> or <c>qwen2</c>.</summary>
    public string PreTokenizer { get; init; } = "gpt-2";

    /// <summary>Every fault of these options; empty when valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (VocabularySize < 256 + SpecialTokens.Count || VocabularySize > Vocabulary.MaxTokens)
        {
            faults.Add($"the vocabulary size is {VocabularySize:N0}; expected {256 + SpecialTokens.Count:N0} (bytes and special tokens) to {Vocabulary.MaxTokens:N0}");
        }

        if (SpecialTokens.Any(string.IsNullOrEmpty) || SpecialTokens.Distinct(StringComparer.Ordinal).Count() != SpecialTokens.Count)
        {
            faults.Add("the special tokens hold an empty text or one text twice; expected different texts");
        }

        if (MinPairCount < 1)
        {
            faults.Add($"the least pair count is {MinPairCount:N0}; expected 1 or more");
        }

        if (PreTokenizer is not ("gpt-2" or "llama-bpe" or "qwen2"))
        {
            faults.Add($"the pre-tokenizer is '{PreTokenizer}'; expected gpt-2, llama-bpe or qwen2");
        }

        return faults;
    }
}
