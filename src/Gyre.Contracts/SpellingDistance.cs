namespace Gyre.Contracts;

/// <summary>How differently two names are spelt, to suggest the name that was meant.</summary>
public static class SpellingDistance
{
    private const int MostLetters = 40;

    /// <summary>How many letters must be changed, added or left out to turn one name into the other.</summary>
    /// <remarks>
    /// Only the first 40 letters of each count.
    /// <para>Source: V. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966.</para>
    /// </remarks>
    public static int Between(string name, string other)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(other);
        var from = name.AsSpan(0, Math.Min(name.Length, MostLetters));
        var to = other.AsSpan(0, Math.Min(other.Length, MostLetters));
        var row = new int[to.Length + 1];
        for (var j = 0; j < row.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 0; i < from.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 0; j < to.Length; j++)
            {
                var changed = diagonal + (from[i] == to[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(changed, Math.Min(row[j], row[j + 1]) + 1);
            }
        }

        return row[^1];
    }
}
