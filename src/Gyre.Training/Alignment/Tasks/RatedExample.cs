using Gyre.Training.Alignment.Pairs;

namespace Gyre.Training.Alignment.Tasks;

/// <summary>A rated answer as ids, the answer of another row behind its prompt, and what the reference says of both.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="IsDesirable">Whether it is wanted.</param>
/// <param name="Mismatched">Another row's answer behind this prompt, which estimates the divergence; null where none fits.</param>
internal sealed record RatedExample(EncodedAnswer Answer, bool IsDesirable, EncodedAnswer? Mismatched)
{
    /// <summary>Where it comes from; the two answers of a pair come from one place.</summary>
    public string Source { get; init; } = "";

    /// <summary>The sum of the answer's log-probabilities under the reference.</summary>
    public double Reference { get; init; }

    /// <summary>The sum of the mismatched answer's.</summary>
    public double ReferenceMismatched { get; init; }
}
