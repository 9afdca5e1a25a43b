using Gyre.Models.Tokenizers;

namespace Gyre.Training.Corpus;

/// <summary>How the default model writes a conversation: the role's token, the text, the end token, and nothing between.</summary>
/// <remarks>
/// <c>&lt;|user|&gt;Hello&lt;|end|&gt;&lt;|assistant|&gt;Hello!&lt;|end|&gt;</c>. The text of a turn is never read as special
/// tokens, neither here nor by a server that renders <see cref="Template"/>, but for system messages.
/// </remarks>
public static class ShopChatFormat
{
    /// <summary>Opens a system turn.</summary>
    public const string System = "<|system|>";

    /// <summary>Opens a user's turn.</summary>
    public const string User = "<|user|>";

    /// <summary>Opens the assistant's turn.</summary>
    public const string Assistant = "<|assistant|>";

    /// <summary>Ends a turn, and generation.</summary>
    public const string End = "<|end|>";

    /// <summary>Ends a document; it parts conversations in training and ends generation too.</summary>
    public const string EndOfText = "<|endoftext|>";

    /// <summary>The pre-tokenisation a vocabulary for this corpus should be trained with: every digit is a piece of its own.</summary>
    /// <remarks>
    /// Copying is easy when a value is cut into the same tokens wherever it stands. With 3,072 tokens, 97 to 98 % of
    /// held-out values are cut alike after a space, at the start of an answer and in JSON; with GPT-2's runs of digits
    /// 88 % (64 % of phone numbers), and with only 2,048 tokens about half.
    /// </remarks>
    public const string PreTokenizer = "qwen2";

    /// <summary>The Jinja template that renders the same text.</summary>
    public const string Template =
        "{%- for message in messages -%}{{ '<|' + message['role'] + '|>' + message['content'] | trim + '<|end|>' }}{%- endfor -%}"
        + "{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}";

    /// <summary>All special tokens, in the order in which a new vocabulary should number them.</summary>
    public static IReadOnlyList<string> SpecialTokens { get; } = [EndOfText, System, User, Assistant, End];

    /// <summary>The text of a conversation, as the template renders it without a generation prompt.</summary>
    public static string Render(ChatExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return string.Concat(example.Turns.Select(turn => $"<|{turn.Role}|>{turn.Content.Trim()}{End}"));
    }

    /// <summary>Appends the ids of a conversation and which of them training should predict.</summary>
    /// <param name="example">The conversation.</param>
    /// <param name="tokenizer">A vocabulary that holds <see cref="SpecialTokens"/>.</param>
    /// <param name="ids">Receives the ids; the last is <see cref="EndOfText"/>.</param>
    /// <param name="isTarget">
    /// Receives, for each id, whether it counts in the loss: the assistant's text and its end token.
    /// </param>
    /// <param name="countPrompts">Counts the text of the other turns too, for example for a share of the conversations.</param>
    /// <exception cref="TrainingException">TRN0203: the vocabulary lacks a special token.</exception>
    public static void Encode(ChatExample example, ITokenizer tokenizer, List<int> ids, List<bool> isTarget, bool countPrompts = false)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(isTarget);
        var end = Find(tokenizer, End);
        foreach (var turn in example.Turns)
        {
            var target = countPrompts || turn.Role == "assistant";
            ids.Add(Find(tokenizer, turn.Role switch
            {
                "system" => System,
                "user" => User,
                "assistant" => Assistant,
                _ => throw new ArgumentException($"Unknown role '{turn.Role}'.", nameof(example)),
            }));
            isTarget.Add(false);
            tokenizer.Encode(turn.Content.AsSpan().Trim(), addSpecialTokens: false, parseSpecialTokens: false, ids);
            ids.Add(end);
            while (isTarget.Count < ids.Count)
            {
                isTarget.Add(target);
            }
        }

        ids.Add(Find(tokenizer, EndOfText));
        isTarget.Add(false);
    }

    private static int Find(ITokenizer tokenizer, string token) => tokenizer.FindToken(token)
        ?? throw new TrainingException("TRN0203", $"Encoding a conversation failed: the vocabulary of {tokenizer.VocabularySize} tokens has no '{token}'; the shop's chat format needs {string.Join(", ", SpecialTokens)}. Train the tokenizer with these special tokens.");
}
