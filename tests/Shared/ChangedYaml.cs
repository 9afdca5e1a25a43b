namespace Gyre.TestSupport;

/// <summary>Valid YAML with a few random changes, for fuzzing what reads it.</summary>
internal static class ChangedYaml
{
    private static readonly string[] Pieces =
    [
        "&a ", "*a", "<<: *a", "!t ", "!!int ", "!!binary ", "? ", ": ", "- ", "[", "]", "{", "}", ", ", "#", "|\n", ">-\n", "\"", "'", "\\ud800", "\\x00", "%YAML 9.9\n", "---\n", "...\n",
        "\n", "\t", "\0", "\uFEFF", "\uD800", "é", "  ", "null", "~", "-1", "0", "1e400", "nan", ".inf", "0x7f", "99999999999999999999999", "9223372036854775807", "-9223372036854775808",
        "1_000", "_", "true", "[[[[]]]]", "{a: {b: {c: d}}}", "[a, [b], {c: d}]", "? [x, y]\n: z\n", "name: twice\n", "a: &b {c: *b}\n", "? &k [*k]\n: v\n", "? {}\n: v\n", "*nowhere",
    ];

    /// <param name="text">Valid YAML.</param>
    /// <param name="next">A random number from 0 up to but without its argument.</param>
    public static string Of(string text, Func<int, int> next)
    {
        var lines = text.Split('\n').ToList();
        for (var change = 1 + next(3); change > 0; change--)
        {
            var at = next(lines.Count);
            var line = lines[at];
            var column = next(line.Length + 1);
            var value = line.IndexOf(": ", StringComparison.Ordinal) + 2;
            switch (next(8))
            {
                case 0:
                    lines[at] = line[..column] + Pieces[next(Pieces.Length)] + line[column..];
                    break;
                case 1:
                    lines[at] = line[..column] + (char)next(0x250) + line[Math.Min(line.Length, column + 1)..];
                    break;
                case 2:
                    lines[at] = line[..column] + line[Math.Min(line.Length, column + 1 + next(8))..];
                    break;
                case 3:
                    lines.Insert(next(lines.Count + 1), line);
                    break;
                case 4:
                    lines[at] = "";
                    break;
                case 5:
                    lines[at] = new string(' ', next(5)) + line.TrimStart();
                    break;
                case 6:
                    lines.Insert(at, Pieces[next(Pieces.Length)]);
                    break;
                default:
                    lines[at] = value < 2 ? line : line[..value] + Pieces[next(Pieces.Length)] + (next(2) == 0 ? "" : line[value..]);
                    break;
            }
        }

        return string.Join('\n', lines);
    }
}
