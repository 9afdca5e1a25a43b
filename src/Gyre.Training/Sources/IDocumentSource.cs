using Gyre.Models.Tokenizers;

namespace Gyre.Training.Sources;

/// <summary>Documents to train on, as the ids that a model sees.</summary>
/// <remarks>Enumerations run through the documents one by one, always in the same order; nothing is held.</remarks>
internal interface IDocumentSource
{
    /// <summary>What the documents are, for the model card, without a full stop.</summary>
    string Description { get; }

    /// <summary>About how many training documents there are; 0 when unknown.</summary>
    long ExpectedDocuments { get; }

    /// <summary>Encodes document after document into the two lists, which it clears first, and yields the kind of each.</summary>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="isValidation">The validation documents instead of the training ones.</param>
    /// <param name="ids">Receives the ids of one document.</param>
    /// <param name="counts">Receives for each id whether it counts as a target.</param>
    IEnumerable<string> Encode(ITokenizer tokenizer, bool isValidation, List<int> ids, List<bool> counts);

    /// <summary>Appends what the model sees before it answers or continues a sample's prompt.</summary>
    void EncodePrompt(string prompt, ITokenizer tokenizer, List<int> ids);
}
