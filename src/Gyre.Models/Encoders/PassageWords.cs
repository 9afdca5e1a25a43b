using System.Text.RegularExpressions;

namespace Gyre.Models.Encoders;

/// <summary>Sentences and words of English passages, what of a word counts when words are compared, and the words that say little of what a text is about.</summary>
public static partial class PassageWords
{
    /// <summary>Letters that a stem keeps: words with a longer beginning in common are nearly always of one root.</summary>
    private const int StemLetters = 5;

    private static readonly string[] Endings = ["'s", "’s", "ing", "ed", "es", "s"];

    private static readonly HashSet<string> Common = new(
        ("a an the this that these those and or but nor so yet if then than as at by for from in into of off on onto out over to under up with within without about after against among around before "
        + "behind between during through throughout toward towards until upon via per is are was were be been being am do does did done doing has have had having can could may might must shall should will would "
        + "it its he him his she her hers they them their theirs we us our you your i me my who whom whose which what when where why how there here not no also such some any each every both all most more many much "
        + "other others another own same only very just while because since although though however whether one ones did's s t").Split(' '),
        StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Months = new("January February March April May June July August September October November December".Split(' '), StringComparer.Ordinal);
    private static readonly HashSet<string> Numbers = new(
        "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty hundred thousand million billion half dozen".Split(' '), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a word is a month's name, capitalised.</summary>
    /// <param name="word">A word.</param>
    public static bool IsMonth(string word) => Months.Contains(word);

    /// <summary>Whether a word is a number in letters from two on; "one" is nearly always a pronoun.</summary>
    /// <param name="word">A word, in any case.</param>
    public static bool IsNumber(string word) => Numbers.Contains(word);

    /// <summary>Whether a word is an article, a preposition, a pronoun or another that most texts have.</summary>
    /// <param name="word">A word, in any case.</param>
    public static bool IsCommon(string word) => Common.Contains(word);

    /// <summary>What of a word counts when words are compared: lower case, without the commonest endings, five letters at most.</summary>
    /// <param name="word">A word, in any case.</param>
    public static string Stem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        var lower = word.ToLowerInvariant();
        foreach (var end in Endings)
        {
            if (lower.Length > end.Length + 2 && lower.EndsWith(end, StringComparison.Ordinal))
            {
                lower = lower[..^end.Length];
                break;
            }
        }

        return lower.Length <= StemLetters || char.IsDigit(lower[0]) ? lower : lower[..StemLetters];
    }

    /// <summary>A sentence: up to the end mark that white space follows.</summary>
    [GeneratedRegex(@"[^.!?]+(?:[.!?](?!\s|$)[^.!?]*)*[.!?]*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    public static partial Regex Sentences();

    /// <summary>A word, or a number with its points and commas.</summary>
    [GeneratedRegex(@"[\p{L}\p{N}]+(?:[-'’.,][\p{L}\p{N}]+)*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    public static partial Regex Words();
}
