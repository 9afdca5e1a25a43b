using System.Text.Json;
using System.Text.RegularExpressions;
using static Gyre.Evaluation.Benchmarks.Instructions.InstructionArguments;

namespace Gyre.Evaluation.Benchmarks.Instructions;

/// <summary>Checks of instructions, by the names that IFEval gives them. A new one is a line here.</summary>
/// <remarks>Sentences are parted by their end marks, not by a trained model; the language is known by its script or its commonest words.</remarks>
internal static partial class InstructionCatalogue
{
    private static readonly string[] Constrained = ["My answer is yes.", "My answer is no.", "My answer is maybe."];

    private static readonly Dictionary<string, InstructionCheck> Known = new(StringComparer.Ordinal)
    {
        ["keywords:existence"] = (text, a) => Texts(a, "keywords")?.All(word => Has(text, word)),
        ["keywords:forbidden_words"] = (text, a) => Texts(a, "forbidden_words")?.All(word => !HasWord(text, word)),
        ["keywords:frequency"] = (text, a) => Text(a, "keyword") is { } word ? Holds(a, CountOf(text, word), "frequency") : null,
        ["keywords:letter_frequency"] = (text, a) => Text(a, "letter") is { Length: > 0 } letter
            ? Holds(a, text.Count(c => char.ToLowerInvariant(c) == char.ToLowerInvariant(letter[0])), "let_frequency", "let_relation")
            : null,
        ["language:response_language"] = (text, a) => Text(a, "language") is { } language ? LanguageGuess.Is(text, language) : null,
        ["length_constraints:number_words"] = (text, a) => Holds(a, Words().Count(text), "num_words"),
        ["length_constraints:number_sentences"] = (text, a) => Holds(a, Sentences(text), "num_sentences"),
        ["length_constraints:number_paragraphs"] = (text, a) => Number(a, "num_paragraphs") is { } wanted ? Paragraphs(text) == wanted : null,
        ["length_constraints:nth_paragraph_first_word"] = NthParagraph,
        ["detectable_content:number_placeholders"] = (text, a) => Number(a, "num_placeholders") is { } wanted ? Placeholders().Count(text) >= wanted : null,
        ["detectable_content:postscript"] = (text, a) => Text(a, "postscript_marker") is { Length: > 0 } marker ? Postscript(text, marker) : null,
        ["detectable_format:number_bullet_lists"] = (text, a) => Number(a, "num_bullets") is { } wanted ? Bullets().Count(text) == wanted : null,
        ["detectable_format:number_highlighted_sections"] = (text, a) => Number(a, "num_highlights") is { } wanted ? Highlights(text) >= wanted : null,
        ["detectable_format:multiple_sections"] = (text, a) => Text(a, "section_spliter") is { Length: > 0 } word && Number(a, "num_sections") is { } wanted
            ? Regex.Count(text, $@"\s?{Regex.Escape(word)}\s?\d+\s?", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) >= wanted
            : null,
        ["detectable_format:json_format"] = (text, _) => IsJson(text),
        ["detectable_format:title"] = (text, _) => Titles().Matches(text).Any(match => match.Value.Trim('<', '>').Trim().Length > 0),
        ["detectable_format:constrained_response"] = (text, _) => Constrained.Any(answer => text.Contains(answer, StringComparison.Ordinal)),
        ["combination:two_responses"] = (text, _) => TwoResponses(text),
        ["combination:repeat_prompt"] = (text, a) => Text(a, "prompt_to_repeat") is { } prompt
            ? text.Trim().StartsWith(prompt.Trim(), StringComparison.OrdinalIgnoreCase)
            : null,
        ["startend:end_checker"] = (text, a) => Text(a, "end_phrase") is { } phrase
            ? text.Trim().Trim('"').EndsWith(phrase.Trim(), StringComparison.OrdinalIgnoreCase)
            : null,
        ["startend:quotation"] = (text, _) => text.Trim() is ['"', .., '"'],
        ["change_case:capital_word_frequency"] = (text, a) => Holds(a, Words().Matches(text).Count(match => IsUpper(match.Value)), "capital_frequency", "capital_relation"),
        ["change_case:english_capital"] = (text, _) => IsUpper(text),
        ["change_case:english_lowercase"] = (text, _) => text.Any(char.IsLetter) && !text.Any(char.IsUpper),
        ["punctuation:no_comma"] = (text, _) => !text.Contains(',', StringComparison.Ordinal),
    };

    /// <summary>Every name.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>The check of a name; null when there is none.</summary>
    public static InstructionCheck? Find(string name) => Known.GetValueOrDefault(name);

    private static bool IsUpper(string text) => text.Any(char.IsLetter) && !text.Any(char.IsLower);

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static bool HasWord(string text, string word) =>
        Regex.IsMatch(text, $@"\b{Regex.Escape(word)}\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static int CountOf(string text, string word)
    {
        var count = 0;
        for (var at = 0; word.Length > 0 && (at = text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase)) >= 0; at += word.Length)
        {
            count++;
        }

        return count;
    }

    private static int Sentences(string text) => SentenceEnds().Split(text.Trim()).Count(part => part.Any(char.IsLetterOrDigit));

    /// <summary>Parts between lines of three asterisks; an empty one inside makes the count 0.</summary>
    private static int Paragraphs(string text)
    {
        var parts = ParagraphMarks().Split(text);
        var count = parts.Length;
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Trim().Length == 0)
            {
                if (i > 0 && i < parts.Length - 1)
                {
                    return 0;
                }

                count--;
            }
        }

        return count;
    }

    private static bool? NthParagraph(string text, JsonElement arguments)
    {
        if (Number(arguments, "num_paragraphs") is not { } wanted || Number(arguments, "nth_paragraph") is not { } nth || Text(arguments, "first_word") is not { } first)
        {
            return null;
        }

        var parts = BlankLines().Split(text);
        var count = parts.Count(part => part.Trim().Length > 0);
        if (count != wanted || nth < 1 || nth > parts.Length || parts[nth - 1].Trim().Length == 0)
        {
            return false;
        }

        var word = parts[nth - 1].Trim().Split((char[]?)null, 2)[0].TrimStart('\'', '"');
        var end = word.IndexOfAny(['.', ',', '?', '!', '\'', '"']);
        return string.Equals(end < 0 ? word : word[..end], first, StringComparison.OrdinalIgnoreCase);
    }

    private static bool Postscript(string text, string marker)
    {
        var letters = marker.Where(char.IsLetter).Select(c => Regex.Escape(c.ToString()) + @"\.?\s?");
        var pattern = marker is "P.S." or "P.P.S" ? string.Concat(letters) : Regex.Escape(marker);
        return Regex.IsMatch(text, $@"(?m)\s*{pattern}.*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    private static int Highlights(string text) =>
        SingleHighlights().Matches(text).Count(match => match.Value.Trim('*').Trim().Length > 0)
        + DoubleHighlights().Matches(text).Count(match => match.Value.Trim('*').Trim().Length > 0);

    private static bool IsJson(string text)
    {
        var plain = text.Trim();
        foreach (var head in new[] { "```json", "```Json", "```JSON", "```" })
        {
            plain = plain.StartsWith(head, StringComparison.Ordinal) ? plain[head.Length..] : plain;
        }

        plain = plain.EndsWith("```", StringComparison.Ordinal) ? plain[..^3] : plain;
        try
        {
            using var document = JsonDocument.Parse(plain.Trim(), new JsonDocumentOptions { MaxDepth = 64 });
            return true;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            // Half of a surrogate pair is an ArgumentException.
            return false;
        }
    }

    private static bool TwoResponses(string text)
    {
        var parts = text.Split("******");
        var found = new List<string>();
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Trim().Length > 0)
            {
                found.Add(parts[i].Trim());
            }
            else if (i > 0 && i < parts.Length - 1)
            {
                return false;
            }
        }

        return found.Count == 2 && found[0] != found[1];
    }

    [GeneratedRegex(@"\w+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();

    [GeneratedRegex(@"(?<=[.!?][""')\]]*)\s+(?=[""'(\[]*[A-Z0-9])|\n{2,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SentenceEnds();

    [GeneratedRegex(@"\s?\*\*\*\s?", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ParagraphMarks();

    [GeneratedRegex(@"\n\n", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BlankLines();

    [GeneratedRegex(@"\[.*?\]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholders();

    [GeneratedRegex(@"(?m)^\s*(?:\*[^*].*|-.*)$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bullets();

    [GeneratedRegex(@"\*[^\n*]*\*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SingleHighlights();

    [GeneratedRegex(@"\*\*[^\n*]*\*\*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DoubleHighlights();

    [GeneratedRegex(@"<<[^\n]+>>", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Titles();
}
