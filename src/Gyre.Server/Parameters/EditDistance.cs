namespace Gyre.Server.Parameters;

/// <summary>Levenshtein distance of short names, for suggestions.</summary>
internal static class EditDistance
{
    private const int LongestName = 64;

    /// <summary>The distance, or <paramref name="limit"/> + 1 when it is larger or a name is long.</summary>
    public static int Between(string left, string right, int limit)
    {
        if (left.Length > LongestName || right.Length > LongestName || Math.Abs(left.Length - right.Length) > limit)
        {
            return limit + 1;
        }

        Span<int> row = stackalloc int[LongestName + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitute = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return Math.Min(row[right.Length], limit + 1);
    }
}
