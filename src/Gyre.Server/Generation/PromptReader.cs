using System.Text.Json;
using Gyre.Models;
using Gyre.Server.Http;
using Gyre.Server.Parameters;

namespace Gyre.Server.Generation;

/// <summary>Reads the <c>prompt</c> of a completions request: a text, texts, token ids, or lists of token ids.</summary>
internal static class PromptReader
{
    private const string Expected = "a string, a list of strings, a list of token ids, or a list of lists of token ids";

    public static IReadOnlyList<CompletionPrompt> Read(RequestReader reader, LanguageModel model, int maxPrompts)
    {
        if (!reader.TryGet("prompt", out var prompt))
        {
            return [];
        }

        if (prompt.ValueKind == JsonValueKind.String)
        {
            return reader.TryReadText(prompt, "prompt", out var text) ? [Tokenize(text, model)] : [];
        }

        if (prompt.ValueKind != JsonValueKind.Array)
        {
            reader.AddWrongType("prompt", prompt, Expected);
            return [];
        }

        var count = prompt.GetArrayLength();
        if (count == 0)
        {
            reader.Faults.Add(RequestReader.OutOfRange, "prompt", $"'prompt' is an empty list; expected {Expected}.");
            return [];
        }

        if (prompt[0].ValueKind == JsonValueKind.Number)
        {
            return ReadPrompt(reader, prompt, "prompt", model) is { } ids ? [ids] : [];
        }

        if (count > maxPrompts)
        {
            reader.Faults.Add(RequestReader.OutOfRange, "prompt", $"'prompt' has {count:N0} prompts; expected at most {maxPrompts:N0}.");
            return [];
        }

        var prompts = new List<CompletionPrompt>(count);
        var index = 0;
        foreach (var item in prompt.EnumerateArray())
        {
            var place = $"prompt[{index++}]";
            if (item.ValueKind == JsonValueKind.Array)
            {
                if (ReadPrompt(reader, item, place, model) is { } ids)
                {
                    prompts.Add(ids);
                }
            }
            else if (item.ValueKind != JsonValueKind.String)
            {
                reader.AddWrongType(place, item, "a string or a list of token ids");
            }
            else if (reader.TryReadText(item, place, out var text))
            {
                prompts.Add(Tokenize(text, model));
            }
        }

        return prompts;
    }

    private static CompletionPrompt Tokenize(string text, LanguageModel model) => new(model.TokenizePrompt(text), text);

    private static CompletionPrompt? ReadPrompt(RequestReader reader, JsonElement list, string place, LanguageModel model) =>
        ReadIds(reader, list, place, Math.Min(model.Decoder.VocabularySize, model.Tokenizer.VocabularySize)) is { } ids
            ? new CompletionPrompt(ids, model.Tokenizer.Decode([.. ids]))
            : null;

    /// <summary>A list of token ids, at least one; null, and a fault that names the place, where it is none.</summary>
    public static List<int>? ReadIds(RequestReader reader, JsonElement list, string place, int vocabularySize)
    {
        var ids = new List<int>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var id) || id < 0 || id >= vocabularySize)
            {
                // A string's raw text may hold bytes that are not UTF-8; a number's cannot.
                var shown = item.ValueKind == JsonValueKind.Number && item.GetRawText() is { Length: <= 40 } number ? number : JsonKind.Name(item.ValueKind);
                reader.Faults.Add(
                    RequestReader.OutOfRange,
                    $"{place}[{ids.Count}]",
                    $"'{place}[{ids.Count}]' is {shown}; expected a token id from 0 to {vocabularySize - 1}.");
                return null;
            }

            ids.Add(id);
        }

        if (ids.Count == 0)
        {
            reader.Faults.Add(RequestReader.OutOfRange, place, $"'{place}' is an empty list; expected at least one token id.");
            return null;
        }

        return ids;
    }
}
