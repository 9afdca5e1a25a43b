using System.Text;

namespace Gyre.Evaluation.Benchmarks.Instructions;

/// <summary>Whether a text is in a language, for the languages that can be told by their script or their commonest words.</summary>
internal static class LanguageGuess
{
    private const double MostLetters = 0.6;

    /// <summary>Scripts of one language among those that are asked for, or of a few.</summary>
    private static readonly Dictionary<string, (int From, int To)> Scripts = new(StringComparer.Ordinal)
    {
        ["hi"] = (0x0900, 0x097F), ["mr"] = (0x0900, 0x097F), ["ne"] = (0x0900, 0x097F), ["bn"] = (0x0980, 0x09FF), ["pa"] = (0x0A00, 0x0A7F),
        ["gu"] = (0x0A80, 0x0AFF), ["ta"] = (0x0B80, 0x0BFF), ["te"] = (0x0C00, 0x0C7F), ["kn"] = (0x0C80, 0x0CFF), ["th"] = (0x0E00, 0x0E7F),
        ["ru"] = (0x0400, 0x04FF), ["bg"] = (0x0400, 0x04FF), ["ar"] = (0x0600, 0x06FF), ["fa"] = (0x0600, 0x06FF), ["ur"] = (0x0600, 0x06FF),
        ["ko"] = (0xAC00, 0xD7AF), ["he"] = (0x0590, 0x05FF), ["el"] = (0x0370, 0x03FF),
    };

    private static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        ["en"] = ["the", "and", "of", "to", "is", "in", "that", "it", "you", "for", "with", "are"],
        ["de"] = ["der", "die", "und", "das", "ist", "nicht", "ein", "eine", "zu", "mit", "den", "sie"],
        ["fr"] = ["le", "la", "les", "et", "des", "est", "une", "un", "du", "que", "pas", "pour"],
        ["es"] = ["el", "los", "que", "las", "una", "por", "con", "para", "y", "es", "del", "como"],
        ["it"] = ["il", "che", "di", "per", "una", "non", "gli", "della", "con", "sono", "è", "nel"],
        ["pt"] = ["o", "os", "que", "uma", "não", "para", "com", "do", "da", "em", "é", "mais"],
        ["fi"] = ["ja", "on", "ei", "että", "se", "oli", "kun", "mutta", "hän", "ovat", "tai", "myös"],
        ["sw"] = ["na", "ya", "wa", "kwa", "ni", "katika", "la", "za", "kuwa", "hii", "cha", "au"],
        ["vi"] = ["và", "của", "là", "có", "không", "được", "cho", "một", "trong", "các", "với", "người"],
    };

    /// <summary>True or false; null for a language that cannot be told here, for example Japanese beside Chinese in short texts.</summary>
    public static bool? Is(string text, string language)
    {
        if (Scripts.TryGetValue(language, out var script))
        {
            var letters = text.EnumerateRunes().Where(rune => Rune.IsLetter(rune)).ToList();
            return letters.Count > 0 && letters.Count(rune => rune.Value >= script.From && rune.Value <= script.To) >= MostLetters * letters.Count;
        }

        if (!Words.ContainsKey(language))
        {
            return null;
        }

        var words = text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('.', ',', '!', '?', '"', ':', ';', '(', ')')).ToList();
        var counts = Words.ToDictionary(known => known.Key, known => words.Count(word => known.Value.Contains(word, StringComparer.Ordinal)), StringComparer.Ordinal);
        return counts[language] > 0 && counts[language] == counts.Values.Max();
    }
}
