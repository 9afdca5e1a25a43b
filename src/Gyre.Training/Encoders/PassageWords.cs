using System.Text.RegularExpressions;

namespace Gyre.Training.Encoders;

/// <summary>Sentences and words of passages, and the English words that say little of what a text is about.</summary>
internal static partial class PassageWords
{
    private static readonly HashSet<string> Common = new(
        ("a an the this that these those and or but nor so yet if then than as at by for from in into of off on onto out over to under up with within without about after against among around before "
        + "behind between during through throughout toward towards until upon via per is are was were be been being am do does did done doing has have had having can could may might must shall should will would "
        + "it its he him his she her hers they them their theirs we us our you your i me my who whom whose which what when where why how there here not no also such some any each every both all most more many much "
        + "other others another own same only very just while because since although though however whether one ones did's s t").Split(' '),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a word is one of them.</summary>
    public static bool IsCommon(string word) => Common.Contains(word);

    /// <summary>A sentence: up to the end mark that white space follows.</summary>
    [GeneratedRegex(@"[^.!?]+(?:[.!?](?!\s|$)[^.!?]*)*[.!?]*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    public static partial Regex Sentences();

    /// <summary>A word, or a number with its points and commas.</summary>
    [GeneratedRegex(@"[\p{L}\p{N}]+(?:[-'’.,][\p{L}\p{N}]+)*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    public static partial Regex Words();
}
