namespace Gyre.Evaluation.Tests.Metrics.Edits;

/// <summary>Texts for tests, and plain tables that say what the fast algorithms must find.</summary>
internal static class EditTexts
{
    /// <summary>The texts of a linear congruential generator, as the golden runs made theirs: s ← 1103515245·s + 12345 mod 2³¹.</summary>
    public static string Congruential(long seed, int length, string alphabet) => string.Create(length, (seed, alphabet), static (characters, state) =>
    {
        var s = state.seed;
        for (var i = 0; i < characters.Length; i++)
        {
            s = ((s * 1103515245) + 12345) % (1L << 31);
            characters[i] = state.alphabet[(int)((s >> 16) % state.alphabet.Length)];
        }
    });

    /// <summary>Pairs of every length around the strips of 64, over few and over many symbols, also beyond the basic plane.</summary>
    public static IEnumerable<(string First, string Second)> Pairs()
    {
        var random = new Random(5);
        string[] symbols = [.. "abc".Select(c => c.ToString()), "é", "я", "漢", "🙂", "🙃", "\u0301", "\0"];
        int[] lengths = [0, 1, 2, 3, 5, 31, 63, 64, 65, 127, 128, 129, 200];
        foreach (var one in lengths)
        {
            foreach (var two in lengths)
            {
                var kinds = random.Next(1, symbols.Length + 1);
                yield return (Text(one, kinds), Text(two, kinds));
            }
        }

        var wide = string.Concat(Enumerable.Range(0, 300).Select(i => (char)(0x4E00 + i)));
        yield return (wide, wide[150..] + wide[..150]);

        string Text(int length, int kinds) => string.Concat(Enumerable.Range(0, length).Select(_ => symbols[random.Next(kinds)]));
    }

    public static int[] Scalars(string text) => [.. text.EnumerateRunes().Select(rune => rune.Value)];

    /// <summary>The whole table of distances; with exchanges of neighbours when asked.</summary>
    public static int Distance(string first, string second, bool exchanges)
    {
        var (a, b) = (Scalars(first), Scalars(second));
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(
                    Math.Min(table[i - 1, j], table[i, j - 1]) + 1,
                    table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (exchanges && i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[a.Length, b.Length];
    }

    /// <summary>Lowrance and Wagner's recurrence over every earlier pair of cells, without any shortcut.</summary>
    public static int UnrestrictedDistance(string first, string second)
    {
        var (a, b) = (Scalars(first), Scalars(second));
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                var best = i == 0 ? j : j == 0 ? i : Math.Min(
                    Math.Min(table[i - 1, j], table[i, j - 1]) + 1,
                    table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                for (var k = 1; k < i; k++)
                {
                    for (var l = 1; l < j; l++)
                    {
                        if (a[k - 1] == b[j - 1] && a[i - 1] == b[l - 1])
                        {
                            best = Math.Min(best, table[k - 1, l - 1] + (i - k - 1) + 1 + (j - l - 1));
                        }
                    }
                }

                table[i, j] = best;
            }
        }

        return table[a.Length, b.Length];
    }

    public static (int Subsequence, int Substring) Common(string first, string second)
    {
        var (a, b) = (Scalars(first), Scalars(second));
        var (longest, table, ends) = (0, new int[a.Length + 1, b.Length + 1], new int[a.Length + 1, b.Length + 1]);
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                table[i, j] = a[i - 1] == b[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
                ends[i, j] = a[i - 1] == b[j - 1] ? ends[i - 1, j - 1] + 1 : 0;
                longest = Math.Max(longest, ends[i, j]);
            }
        }

        return (table[a.Length, b.Length], longest);
    }

    /// <summary>Jaro's definition: every symbol searches its window for the first equal one that is not taken.</summary>
    public static double Jaro(string first, string second)
    {
        var (a, b) = (Scalars(first), Scalars(second));
        if (a.Length == 0 || b.Length == 0)
        {
            return a.Length == b.Length ? 1 : 0;
        }

        var reach = Math.Max(0, (Math.Max(a.Length, b.Length) / 2) - 1);
        var (fromFirst, taken) = (new List<int>(), new bool[b.Length]);
        for (var i = 0; i < a.Length; i++)
        {
            var start = Math.Max(0, i - reach);
            var found = Enumerable.Range(start, Math.Max(0, Math.Min(i + reach, b.Length - 1) - start + 1)).FirstOrDefault(j => !taken[j] && a[i] == b[j], -1);
            if (found >= 0)
            {
                taken[found] = true;
                fromFirst.Add(a[i]);
            }
        }

        var fromSecond = b.Where((_, j) => taken[j]).ToArray();
        var exchanged = fromFirst.Zip(fromSecond).Count(pair => pair.First != pair.Second) / 2;
        double matches = fromFirst.Count;
        return matches == 0 ? 0 : ((matches / a.Length) + (matches / b.Length) + ((matches - exchanged) / matches)) / 3;
    }
}
