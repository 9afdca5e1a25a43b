using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>Several judges of pairs; what more than half of those with a verdict prefer wins, everything else is a tie.</summary>
public sealed class PairJury : IPairJudge
{
    private readonly IReadOnlyList<IPairJudge> _members;

    /// <summary>Takes two or more members.</summary>
    public PairJury(string name, IReadOnlyList<IPairJudge> members)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(members);
        ArgumentOutOfRangeException.ThrowIfLessThan(members.Count, 2, nameof(members));
        (Name, _members, Models) = (name, members, [.. members.SelectMany(member => member.Models).Distinct(StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Models { get; }

    /// <inheritdoc/>
    public async Task<PairVerdict> CompareAsync(DatasetRow row, string first, string second, CancellationToken cancellationToken)
    {
        var verdicts = new PairVerdict[_members.Count];
        for (var i = 0; i < verdicts.Length; i++)
        {
            verdicts[i] = await _members[i].CompareAsync(row, first, second, cancellationToken);
        }

        var given = verdicts.Where(verdict => verdict.Preference is not null).ToArray();
        if (2 * given.Length <= verdicts.Length)
        {
            var missing = verdicts.First(verdict => verdict.Preference is null).Undefined!; // A verdict without preference says why.
            return PairVerdict.None(new Undefined(missing.Cause, $"{verdicts.Length - given.Length} of {verdicts.Length} members have no verdict, the first because: {missing.Detail}"));
        }

        var reason = string.Join("; ", verdicts.Select((verdict, i) => $"{i + 1}: {verdict.Preference?.ToString().ToLowerInvariant() ?? "none"}{(verdict.Reason.Length == 0 ? "" : $" ({verdict.Reason})")}"));
        return new PairVerdict(Most(given.Select(verdict => verdict.Preference)), Most(given.Select(verdict => verdict.InOrder)), Most(given.Select(verdict => verdict.Swapped)), reason, null);
    }

    /// <summary>What more than half say, else a tie; null when nobody was asked.</summary>
    private static PairPreference? Most(IEnumerable<PairPreference?> preferences)
    {
        var said = preferences.OfType<PairPreference>().ToArray();
        if (said.Length == 0)
        {
            return null;
        }

        var most = said.CountBy(preference => preference).MaxBy(pair => pair.Value);
        return 2 * most.Value > said.Length ? most.Key : PairPreference.Tie;
    }
}
