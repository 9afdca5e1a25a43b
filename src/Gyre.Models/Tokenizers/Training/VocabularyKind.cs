namespace Gyre.Models.Tokenizers.Training;

/// <summary>The kinds of vocabularies that can be trained.</summary>
public enum VocabularyKind
{
    /// <summary>Byte-level BPE (GPT-2, Llama 3, Qwen): the pairs of <see cref="BpeTrainer"/>.</summary>
    ByteBpe,

    /// <summary>BPE over characters with spaces as U+2581 (Llama 2, Gemma).</summary>
    SentencePieceBpe,

    /// <summary>WordPiece (BERT), made by BPE merges of marked characters as the Hugging Face trainer makes it.</summary>
    WordPiece,

    /// <summary>Unigram (T5, Marian): a large seed vocabulary pruned by likelihood.</summary>
    Unigram,
}
