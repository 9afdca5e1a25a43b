namespace Gyre.Models.Encoders;

/// <summary>The names of <see cref="ModelKind"/> in listings and messages.</summary>
public static class ModelKindNames
{
    /// <summary>The kind in words, for example <c>text classification</c>.</summary>
    public static string ToText(this ModelKind kind) => kind switch
    {
        ModelKind.Generation => "generation",
        ModelKind.SequenceToSequence => "sequence to sequence",
        ModelKind.Embedding => "embedding",
        ModelKind.MaskedWords => "masked words",
        ModelKind.TextClassification => "text classification",
        ModelKind.TokenClassification => "token classification",
        ModelKind.QuestionAnswering => "question answering",
        ModelKind.Reranking => "reranking",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Name a kind of model: expected one of the named kinds."),
    };
}
