using System.Text.Json.Nodes;
using Gyre.Models;
using Gyre.Models.Templates;
using Gyre.Models.Tokenizers;

namespace Gyre.Training.Quantization;

/// <summary>Compares tokenizers and chat templates of two copies of a model.</summary>
internal static class TextChecks
{
    private const int MostDifferences = 8;

    /// <summary>Texts of many kinds, where tokenizers are apt to differ.</summary>
    internal static readonly string[] Texts =
    [
        "", " ", "Hello, world!", "  two  spaces, and a tab\tand\n\nlines \n", "don't WE'LL it's 3.14159 2026-11-21 1,234,567",
        "naïve café Ærøskøbing – “quoted” … ½ ﬁ", "日本語のテキスト、한국어 텍스트, русский текст, نص عربي", "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 \u00a0 \u200b",
        "public static int Main(string[] args) => args.Length; // {0x1F}", "<s> </s> <|endoftext|> <|im_start|>user [INST]",
    ];

    private static readonly ChatTurn[][] Conversations =
    [
        [new("user", "Hello")],
        [new("system", "You are terse."), new("user", "What is 2 + 2?")],
        [new("user", "Hi"), new("assistant", "Hello! How can I help?"), new("user", "  Write\n\na poem. ")],
        [new("system", ""), new("user", "日本語で"), new("assistant", "はい"), new("user", "<|im_end|> & <b>")],
    ];

    /// <summary>Tokenizes the fixed texts, and a given one, with both.</summary>
    /// <param name="before">The original's.</param>
    /// <param name="after">The result's.</param>
    /// <param name="text">The given text; null for none.</param>
    /// <param name="end">A token that the model itself puts behind a text whose tokenizer does not; null for none.</param>
    public static TextEquality Tokenizers(ITokenizer before, ITokenizer after, string? text, int? end = null)
    {
        var differences = new List<string>();
        string[] texts = text is null ? Texts : [.. Texts, text];
        foreach (var sample in texts)
        {
            foreach (var parses in (bool[])[false, true])
            {
                Compare(before, after, sample, parses, differences, end);
            }
        }

        if (before.VocabularySize != after.VocabularySize)
        {
            Add(differences, $"{before.VocabularySize} tokens became {after.VocabularySize}");
        }

        return new TextEquality(texts.Length, differences);
    }

    /// <summary>Renders the fixed conversations with both templates and tokenizes them.</summary>
    public static Measured<TextEquality> Templates(string? before, string? after, ITokenizer? first, ITokenizer? second)
    {
        if (before is null && after is null)
        {
            return Measured<TextEquality>.None("the model has no chat template");
        }

        if (before is null || after is null)
        {
            return Measured<TextEquality>.Of(new TextEquality(0, [before is null ? "only the result has a template" : "the result has no template"]));
        }

        var differences = new List<string>();
        var (left, right) = (ChatTemplate.Parse(before), ChatTemplate.Parse(after));
        for (var i = 0; i < Conversations.Length; i++)
        {
            var (textBefore, textAfter) = (Render(left, Conversations[i], first), Render(right, Conversations[i], second));
            if (textBefore != textAfter)
            {
                Add(differences, $"conversation {i + 1} is rendered as '{Start(textAfter)}' instead of '{Start(textBefore)}'");
            }
            else if (first is not null && second is not null)
            {
                Compare(first, second, textBefore, parses: true, differences);
            }
        }

        return Measured<TextEquality>.Of(new TextEquality(Conversations.Length, differences));
    }

    /// <summary>The rendering, or the refusal: both must be the same.</summary>
    private static string Render(ChatTemplate template, ChatTurn[] turns, ITokenizer? tokenizer)
    {
        var variables = new JsonObject
        {
            ["bos_token"] = tokenizer?.BeginId is { } begin ? tokenizer.GetToken(begin) : "",
            ["eos_token"] = tokenizer?.EndIds.Count > 0 ? tokenizer.GetToken(tokenizer.EndIds[0]) : "",
        };
        try
        {
            return template.Render(turns, addGenerationPrompt: true, variables);
        }
        catch (ModelException refusal) when (refusal.Code is "RUN0201" or "RUN0202")
        {
            return $"{refusal.Code}: {refusal.Message}";
        }
    }

    private static void Compare(ITokenizer before, ITokenizer after, string text, bool parses, List<string> differences, int? end = null)
    {
        var (left, right) = (new List<int>(), new List<int>());
        before.Encode(text, addSpecialTokens: true, parses, left);
        after.Encode(text, addSpecialTokens: true, parses, right);
        AddEnd(left, end);
        AddEnd(right, end);
        if (left.SequenceEqual(right))
        {
            return;
        }

        var at = left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Count();
        Add(differences, $"'{Start(text)}' gives {Id(right, at)} instead of {Id(left, at)} as token {at + 1}{(parses ? ", with special tokens read" : "")}");
    }

    private static void AddEnd(List<int> ids, int? end)
    {
        if (end is { } id && (ids.Count == 0 || ids[^1] != id))
        {
            ids.Add(id);
        }
    }

    private static string Id(List<int> ids, int at) => at < ids.Count ? $"{ids[at]}" : "the end";

    private static string Start(string text) => (text.Length > 40 ? text[..40] + "…" : text).ReplaceLineEndings("⏎");

    private static void Add(List<string> differences, string difference)
    {
        if (differences.Count < MostDifferences)
        {
            differences.Add(difference);
        }
    }
}
