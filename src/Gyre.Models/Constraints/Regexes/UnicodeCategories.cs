using System.Globalization;

namespace Gyre.Models.Constraints.Regexes;

/// <summary>Sets of characters by Unicode general category, of the framework's own tables.</summary>
internal static class UnicodeCategories
{
    private static readonly string[] Names =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf",
        "Cs", "Co", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    private static readonly Lazy<CodePointSet[]> Sets = new(Scan);

    /// <summary>What <c>\s</c> means in ECMA-262: white space and line ends.</summary>
    public static CodePointSet WhiteSpace { get; } = CodePointSet.Of(
        (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF));

    /// <summary>What ends a line in ECMA-262, so that a dot does not match it.</summary>
    public static CodePointSet LineEnds { get; } = CodePointSet.Of((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029));

    public static CodePointSet Digits { get; } = CodePointSet.Of(('0', '9'));

    public static CodePointSet Word { get; } = CodePointSet.Of(('0', '9'), ('A', 'Z'), ('a', 'z'), ('_', '_'));

    /// <summary>The characters of a category such as <c>Lu</c>, or of a group such as <c>L</c>; null for an unknown name.</summary>
    public static CodePointSet? Find(string name)
    {
        if (name is "Any")
        {
            return CodePointSet.All;
        }

        var members = Enumerable.Range(0, Names.Length).Where(i => name.Length is 1 or 2 && Names[i].StartsWith(name, StringComparison.Ordinal)).ToArray();
        return members.Length == 0 || name is "Cs" ? null : CodePointSet.Of(members.SelectMany(i => Sets.Value[i].Ranges));
    }

    private static CodePointSet[] Scan()
    {
        var ranges = Names.Select(_ => new List<(int Low, int High)>()).ToArray();
        for (var codePoint = 0; codePoint <= CodePointSet.Last; codePoint++)
        {
            var list = ranges[(int)CharUnicodeInfo.GetUnicodeCategory(codePoint)];
            if (list.Count > 0 && list[^1].High == codePoint - 1)
            {
                list[^1] = (list[^1].Low, codePoint);
            }
            else
            {
                list.Add((codePoint, codePoint));
            }
        }

        return [.. ranges.Select(list => CodePointSet.Of(list))];
    }
}
