using Gyre.Models.Tokenizers;

namespace Gyre.Training.Sources;

/// <summary>Documents to train on: as text for the vocabulary, as ids for the model.</summary>
/// <remarks>Enumerations run through the documents one by one, always in the same order; nothing is held.</remarks>
internal interface ICorpusSource
{
    /// <summary>What the corpus is, for the model card, without a full stop.</summary>
    string Description { get; }

    /// <summary>Tokens that a new vocabulary must hold, in the order of their ids.</summary>
    IReadOnlyList<string> SpecialTokens { get; }

    /// <summary>The pre-tokenisation of a new vocabulary, by its GGUF name.</summary>
    string PreTokenizer { get; }

    /// <summary>The tokens that end generation.</summary>
    IReadOnlyList<string> EndTokens { get; }

    /// <summary>The chat template of the exported model; null for a model that only continues text.</summary>
    string? ChatTemplate { get; }

    /// <summary>About how many training documents there are; 0 when unknown.</summary>
    long ExpectedDocuments { get; }

    /// <summary>The training texts without special tokens.</summary>
    IEnumerable<string> Texts();

    /// <summary>Encodes document after document into the two lists, which it clears first, and yields the kind of each.</summary>
    /// <param name="tokenizer">Holds <see cref="SpecialTokens"/>.</param>
    /// <param name="isValidation">The validation documents instead of the training ones.</param>
    /// <param name="ids">Receives the ids of one document.</param>
    /// <param name="counts">Receives for each id whether it counts as a target.</param>
    IEnumerable<string> Encode(ITokenizer tokenizer, bool isValidation, List<int> ids, List<bool> counts);

    /// <summary>Appends what the model sees before it answers or continues a sample's prompt.</summary>
    void EncodePrompt(string prompt, ITokenizer tokenizer, List<int> ids);
}
