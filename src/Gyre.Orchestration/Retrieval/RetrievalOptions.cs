namespace Gyre.Orchestration.Retrieval;

/// <summary>How many passages stand before a question, and in which words.</summary>
public sealed record RetrievalOptions
{
    /// <summary>The greatest <see cref="Top"/>.</summary>
    public const int MostTop = 1_000;

    /// <summary>How many passages at most; 1 to 1,000, default 3.</summary>
    public int Top { get; init; } = 3;

    /// <summary>A passage below this score counts as not found. Units: the retriever's score; default: no passage is below.</summary>
    public double LeastScore { get; init; } = double.NegativeInfinity;

    /// <summary>
    /// The most of all passages together, as they are shown. Units: UTF-16 units; 1 or more, default 6,000. The first passage is cut to it; a later one
    /// that does not fit wholly is left out with all after it.
    /// </summary>
    public int MostCharacters { get; init; } = 6_000;

    /// <summary>The user's message: <c>{passages}</c> and <c>{question}</c> are put in, both needed.</summary>
    public string Template { get; init; } =
        "Answer the question from the passages. Name the passages that you use by their numbers. If they do not hold the answer, say so.\n\n{passages}\n\nQuestion: {question}";

    /// <summary>One passage: <c>{number}</c> (from 1), <c>{text}</c> (needed), <c>{document}</c> and <c>{id}</c> are put in.</summary>
    public string PassageTemplate { get; init; } = "[{number}] {text}";

    /// <summary>What stands between two passages.</summary>
    public string Separator { get; init; } = "\n\n";

    /// <summary>The user's message when no passage was found: <c>{question}</c> is put in, needed.</summary>
    public string NothingFoundTemplate { get; init; } =
        "No passage was found for the question. If it cannot be answered without one, say so.\n\nQuestion: {question}";
}
