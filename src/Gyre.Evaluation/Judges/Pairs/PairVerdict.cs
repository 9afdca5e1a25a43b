using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>What a judge says of two answers.</summary>
/// <param name="Preference">The better answer; null when there is no verdict. A tie also when the verdict changed with the order.</param>
/// <param name="InOrder">The verdict with the first answer shown first; null when it was not asked.</param>
/// <param name="Swapped">The verdict with the second answer shown first, in terms of the answers and not of their places; null when it was not asked.</param>
/// <param name="Reason">Why, in the judge's words.</param>
/// <param name="Undefined">Why there is no verdict; null when there is one.</param>
public sealed record PairVerdict(PairPreference? Preference, PairPreference? InOrder, PairPreference? Swapped, string Reason, Undefined? Undefined)
{
    /// <summary>True when the verdict was asked in both orders and changed with them.</summary>
    public bool IsContradictory => InOrder is not null && Swapped is not null && InOrder != Swapped;

    /// <summary>1 when the first answer is better, 0 when the second is, ½ for a tie; null without a verdict.</summary>
    public double? Value => Preference switch
    {
        PairPreference.First => 1,
        PairPreference.Second => 0,
        PairPreference.Tie => 0.5,
        _ => null,
    };

    internal static PairVerdict None(Undefined undefined) => new(null, null, null, "", undefined);
}
