namespace Gyre.Models.Encoders;

/// <summary>Tells by its words what a question asks for, and whether a passage's word has the shape of such an answer.</summary>
internal static class AskedKinds
{
    private static readonly HashSet<string> Measures = Set("many much old long far high tall large big fast few often wide deep heavy");
    private static readonly HashSet<string> Numbers = Set("percentage percent number population amount");
    private static readonly HashSet<string> Times = Set("when year century decade date month day");
    private static readonly HashSet<string> Names = Set("who whom whose where city country state place person company organization organisation university college team nation region player actor author king queen president");

    /// <summary>What the question asks for; a measure before a time, because "how many years" asks for a number.</summary>
    public static AskedKind Of(string question)
    {
        var words = PassageWords.Words().Matches(question).Select(word => word.Value.ToLowerInvariant()).ToArray();
        var kind = AskedKind.Any;
        for (var i = 0; i < words.Length; i++)
        {
            if (Numbers.Contains(words[i]) || (words[i] is "how" && i + 1 < words.Length && Measures.Contains(words[i + 1])))
            {
                return AskedKind.Number;
            }

            kind = kind != AskedKind.Any ? kind : Times.Contains(words[i]) ? AskedKind.Time : Names.Contains(words[i]) ? AskedKind.Name : kind;
        }

        return kind;
    }

    /// <summary>Whether a word can be part of such an answer.</summary>
    public static bool Fits(AskedKind kind, string word) => kind switch
    {
        AskedKind.Time => char.IsDigit(word[0]) || PassageWords.IsMonth(word),
        AskedKind.Number => char.IsDigit(word[0]) || PassageWords.IsNumber(word),
        AskedKind.Name => char.IsUpper(word[0]) && !PassageWords.IsCommon(word),
        _ => false,
    };

    private static HashSet<string> Set(string words) => new(words.Split(' '), StringComparer.Ordinal);
}
