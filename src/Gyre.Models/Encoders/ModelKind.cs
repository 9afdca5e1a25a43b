namespace Gyre.Models.Encoders;

/// <summary>What a model is for.</summary>
public enum ModelKind
{
    /// <summary>Continues text.</summary>
    Generation,

    /// <summary>Writes answers to texts: translations, summaries.</summary>
    SequenceToSequence,

    /// <summary>Turns texts into vectors.</summary>
    Embedding,

    /// <summary>Says which words may stand in masked places.</summary>
    MaskedWords,

    /// <summary>Gives a text one of its labels, or several.</summary>
    TextClassification,

    /// <summary>Gives each part of a text a label.</summary>
    TokenClassification,

    /// <summary>Finds answers in a text.</summary>
    QuestionAnswering,

    /// <summary>Scores how well a document answers a query.</summary>
    Reranking,
}
