namespace Gyre.Training.Sources;

/// <summary>Documents to train a new model on: as text for its vocabulary, as ids for itself.</summary>
internal interface ICorpusSource : IDocumentSource
{
    /// <summary>Tokens that a new vocabulary must hold, in the order of their ids.</summary>
    IReadOnlyList<string> SpecialTokens { get; }

    /// <summary>The pre-tokenisation of a new vocabulary, by its GGUF name.</summary>
    string PreTokenizer { get; }

    /// <summary>The tokens that end generation.</summary>
    IReadOnlyList<string> EndTokens { get; }

    /// <summary>The chat template of the exported model; null for a model that only continues text.</summary>
    string? ChatTemplate { get; }

    /// <summary>The training texts without special tokens.</summary>
    IEnumerable<string> Texts();
}
