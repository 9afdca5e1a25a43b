namespace Gyre.Evaluation.Metrics.Edits;

/// <summary>Sets aside what two sequences begin and end with alike, which costs no edit.</summary>
internal static class CommonEnds
{
    public static void Trim(ref ReadOnlySpan<int> first, ref ReadOnlySpan<int> second)
    {
        var prefix = first.CommonPrefixLength(second);
        first = first[prefix..];
        second = second[prefix..];
        while (first.Length > 0 && second.Length > 0 && first[^1] == second[^1])
        {
            first = first[..^1];
            second = second[..^1];
        }
    }
}
