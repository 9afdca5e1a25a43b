namespace Gyre.Training.Corpus;

/// <summary>Wordings shared by every question about a given context.</summary>
internal static class ContextWordings
{
    /// <summary>Questions that work for any kind of fact, with <c>{label}</c> and <c>{it}</c>.</summary>
    public static Wordings General { get; } = new("general",
        [
            "What is the {label} of {it}?", "Tell me the {label} of {it}.", "Which {label} is given for {it}?",
            "Can you tell me the {label} of {it}?", "I would like to know the {label} of {it}.", "What {label} does the text give for {it}?",
            "Do you know the {label} of {it}?", "Please tell me the {label} of {it}.", "I need the {label} of {it}.",
            "Could you look up the {label} of {it}?",
        ],
        [
            "Please give me the {label} of {it}.", "Could you tell me the {label} of {it}?", "What is given as the {label} of {it}?",
            "I would like you to tell me the {label} of {it}.",
        ]);

    /// <summary>How a context and a question are put into one message, with <c>{c}</c> and <c>{q}</c>.</summary>
    public static Wordings Frames { get; } = new("frame",
        [
            "{c}\n\n{q}", "{c}\n\nQuestion: {q}", "Context:\n{c}\n\nQuestion: {q}", "{q}\n\n{c}", "Answer from the text.\n\n{c}\n\n{q}",
            "Read this text and answer.\n\n{c}\n\nQuestion: {q}", "Text: {c}\n\n{q}", "Use only this information:\n{c}\n\n{q}",
            "Question: {q}\n\nText:\n{c}", "A customer asks: {q}\n\nThis is what we know:\n{c}", "Here is some information.\n{c}\n\n{q}",
            "Answer the question.\n\nContext: {c}\n\nQuestion: {q}",
        ],
        [
            "Information:\n{c}\n\nQuestion: {q}", "Read the text.\n\n{c}\n\n{q}", "A customer asks: {q}\n\nContext:\n{c}",
            "Answer from this information:\n{c}\n\nQuestion: {q}", "Here is what we know.\n{c}\n\nA customer asks: {q}",
        ]);

    /// <summary>The answers when the context does not hold what was asked.</summary>
    public static string[] Declines { get; } =
    [
        "I am sorry, the information I have does not say that.",
        "I am sorry, I cannot find that in the information I have.",
    ];
}
