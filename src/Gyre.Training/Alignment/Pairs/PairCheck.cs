namespace Gyre.Training.Alignment.Pairs;

/// <summary>Finds pairs that teach nothing or contradict others.</summary>
public static class PairCheck
{
    private const int MostExamples = 5;

    /// <summary>The pairs that can be trained on.</summary>
    /// <param name="pairs">All of them.</param>
    /// <param name="drops">Leaves contradictory pairs out instead of refusing all.</param>
    /// <param name="dropped">How many were left out.</param>
    /// <remarks>
    /// A pair is contradictory when its answers are equal, or when another pair of the same prompt has them the other way
    /// round; then both are. Errors: TRN0401 contradictory pairs that are not dropped.
    /// </remarks>
    public static IReadOnlyList<PreferencePair> Keep(IReadOnlyList<PreferencePair> pairs, bool drops, out int dropped)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var seen = new HashSet<(string, string, string)>();
        foreach (var pair in pairs)
        {
            seen.Add((Key(pair), pair.Chosen.Trim(), pair.Rejected.Trim()));
        }

        var faults = new List<string>();
        var kept = new List<PreferencePair>(pairs.Count);
        foreach (var pair in pairs)
        {
            var (chosen, rejected) = (pair.Chosen.Trim(), pair.Rejected.Trim());
            if (chosen == rejected)
            {
                faults.Add($"{pair.Source} has the same answer as chosen and rejected");
            }
            else if (seen.Contains((Key(pair), rejected, chosen)))
            {
                faults.Add($"{pair.Source} is there both ways round");
            }
            else if (chosen.Length == 0)
            {
                faults.Add($"{pair.Source} has an empty chosen answer");
            }
            else
            {
                kept.Add(pair);
            }
        }

        dropped = faults.Count;
        return dropped == 0 || drops ? kept : throw AlignmentErrors.Contradictory(dropped, faults.Take(MostExamples));
    }

    private static string Key(PreferencePair pair) => string.Join('\u001f', pair.Prompt.Select(turn => $"{turn.Role}\u001e{turn.Content.Trim()}"));
}
