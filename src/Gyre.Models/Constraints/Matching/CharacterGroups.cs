namespace Gyre.Models.Constraints.Matching;

/// <summary>
/// Sets of characters in one word, for facts about many tokens at once: bits for groups of characters, and in the top
/// byte a number of characters.
/// </summary>
/// <remarks>
/// A group is taken whole or not at all, so what grammars tell apart often stands alone: every mark of punctuation, space
/// and line end, the hexadecimal letters. Characters outside ASCII are grouped by their bytes; those of U+2000 to U+203F
/// stand alone because "any character" of a regular expression leaves two of them out.
/// </remarks>
internal static class CharacterGroups
{
    /// <summary>Characters of two bytes.</summary>
    public const int TwoBytes = 43;

    /// <summary>Characters of three bytes but for <see cref="Punctuation"/>; also set where only their first byte is there.</summary>
    public const int ThreeBytes = 44;

    /// <summary>Characters U+2000 to U+203F.</summary>
    public const int Punctuation = 45;

    /// <summary>Characters of four bytes.</summary>
    public const int FourBytes = 46;

    /// <summary>Bytes that begin no character or continue none: never in a set that is allowed.</summary>
    public const int Malformed = 47;

    /// <summary>Groups of ASCII characters: the numbers below this.</summary>
    public const int AsciiCount = 43;

    /// <summary>The largest number of characters; stands for more, too.</summary>
    public const int MostCharacters = 255;

    private const int CountShift = 56;

    /// <summary>All bits of groups.</summary>
    public const ulong AllGroups = (1UL << CountShift) - 1;

    /// <summary>The group of each ASCII character.</summary>
    public static ReadOnlySpan<byte> OfAscii => Table;

    private static readonly byte[] Table = MakeTable();

    public static int CharactersOf(ulong facts) => (int)(facts >> CountShift);

    /// <summary>Facts of a text that is one text and then another.</summary>
    public static ulong Join(ulong first, ulong second) =>
        ((first | second) & AllGroups) | ((ulong)Math.Min(MostCharacters, CharactersOf(first) + CharactersOf(second)) << CountShift);

    /// <summary>Facts that hold for both of two texts.</summary>
    public static ulong Union(ulong one, ulong other) =>
        ((one | other) & AllGroups) | ((ulong)Math.Max(CharactersOf(one), CharactersOf(other)) << CountShift);

    /// <summary>One character of a group.</summary>
    public static ulong One(int group) => (1UL << group) | (1UL << CountShift);

    /// <summary>Follows UTF-8 by one byte: what the byte adds, and where the text then stands.</summary>
    /// <param name="stage">Where the text stands: <see cref="Stage.Boundary"/> at first.</param>
    /// <param name="value">The byte.</param>
    public static (Stage Next, ulong Facts) Read(Stage stage, byte value) => stage switch
    {
        Stage.Boundary => value switch
        {
            < 0x80 => (Stage.Boundary, One(Table[value])),
            >= 0xC2 and <= 0xDF => (Stage.One, One(TwoBytes)),
            0xE0 => (Stage.AfterE0, One(ThreeBytes)),
            0xE2 => (Stage.AfterE2, One(ThreeBytes)),
            0xED => (Stage.AfterED, One(ThreeBytes)),
            >= 0xE1 and <= 0xEF => (Stage.Two, One(ThreeBytes)),
            0xF0 => (Stage.AfterF0, One(FourBytes)),
            0xF4 => (Stage.AfterF4, One(FourBytes)),
            >= 0xF1 and <= 0xF3 => (Stage.Three, One(FourBytes)),
            _ => (Stage.Malformed, 1UL << Malformed),
        },
        Stage.One when IsBetween(value, 0x80, 0xBF) => (Stage.Boundary, 0),
        Stage.Two when IsBetween(value, 0x80, 0xBF) => (Stage.One, 0),
        Stage.Three when IsBetween(value, 0x80, 0xBF) => (Stage.Two, 0),
        Stage.AfterE0 when IsBetween(value, 0xA0, 0xBF) => (Stage.One, 0),
        Stage.AfterE2 when value == 0x80 => (Stage.One, 1UL << Punctuation),
        Stage.AfterE2 when IsBetween(value, 0x81, 0xBF) => (Stage.One, 0),
        Stage.AfterED when IsBetween(value, 0x80, 0x9F) => (Stage.One, 0),
        Stage.AfterF0 when IsBetween(value, 0x90, 0xBF) => (Stage.Two, 0),
        Stage.AfterF4 when IsBetween(value, 0x80, 0x8F) => (Stage.Two, 0),
        _ => (Stage.Malformed, 1UL << Malformed),
    };

    private static bool IsBetween(byte value, byte low, byte high) => value >= low && value <= high;

    private static byte[] MakeTable()
    {
        // Controls share group 0; letters and digits follow; every other character is a group of its own.
        var table = new byte[128];
        var next = 6;
        for (var value = 0; value < table.Length; value++)
        {
            table[value] = (char)value switch
            {
                >= '0' and <= '9' => 1,
                >= 'a' and <= 'f' => 2,
                >= 'g' and <= 'z' => 3,
                >= 'A' and <= 'F' => 4,
                >= 'G' and <= 'Z' => 5,
                < ' ' and not ('\t' or '\n' or '\r') => 0,
                _ => (byte)next++,
            };
        }

        System.Diagnostics.Debug.Assert(next == AsciiCount, "the groups are as many as their names");
        return table;
    }

    /// <summary>Where a text of UTF-8 stands: between characters, or how many bytes the character lacks.</summary>
    internal enum Stage : byte
    {
        Boundary,
        One,
        Two,
        Three,
        AfterE0,
        AfterE2,
        AfterED,
        AfterF0,
        AfterF4,
        Malformed,
    }
}
