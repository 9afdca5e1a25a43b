namespace Gyre.Training.Corpus;

/// <summary>The names of the corpus's tasks, as they stand in <see cref="ChatExample.Task"/> and in dataset rows.</summary>
public static class ShopTasks
{
    /// <summary>Attributes in, a product description that mentions each of them out.</summary>
    public const string Describe = "describe";

    /// <summary>A context and a question in, the span of the context that answers it out.</summary>
    public const string Answer = "answer";

    /// <summary>A context and a question that it does not answer in, a polite decline out.</summary>
    public const string Unanswerable = "unanswerable";

    /// <summary>Free text and keys in, compact JSON with these keys in this order out.</summary>
    public const string Extract = "extract";

    /// <summary>A passage in, one sentence with its key facts out.</summary>
    public const string Summary = "summary";

    /// <summary>A review in, <c>positive</c>, <c>negative</c> or <c>neutral</c> out.</summary>
    public const string Sentiment = "sentiment";

    /// <summary>A harmful or foreign request in, a polite refusal out.</summary>
    public const string Refuse = "refuse";

    /// <summary>Greetings, thanks and questions about the assistant and the shop.</summary>
    public const string Smalltalk = "smalltalk";

    /// <summary>Unrelated pieces of text in, the same text or the piece beside a given key out.</summary>
    public const string Repeat = "repeat";

    /// <summary>Every task, in the order of tables.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Describe, Answer, Unanswerable, Extract, Summary, Sentiment, Refuse, Smalltalk, Repeat];
}
