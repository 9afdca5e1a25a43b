using System.Runtime.InteropServices;
using Gyre.Evaluation.Scorers;

namespace Gyre.Evaluation.Metrics.Answers;

/// <summary>How many tokens two answers share, each as often as it stands in both.</summary>
/// <param name="Shared">Tokens in both.</param>
/// <param name="Candidate">Tokens of the candidate.</param>
/// <param name="Reference">Tokens of the reference.</param>
/// <remarks>Source: Rajpurkar et al. 2016; without any token in one of the two the score is 1 when both have none and 0 else (SQuAD 2.0).</remarks>
public readonly record struct TokenOverlap(int Shared, int Candidate, int Reference)
{
    /// <summary><c>f1-squad</c>: the mean over samples of the best reference's F1, in SQuAD's normal form.</summary>
    public static IMetric<TextSample> SquadMetric { get; } = BestReference.Mean(
        "f1-squad",
        MetricForm.Share("Rajpurkar et al. 2016 and 2018; the SQuAD 2.0 evaluation"),
        (candidate, reference) => MetricValue.Of(Squad(candidate, reference).F1));

    /// <summary><c>f1-tokens</c>: as <see cref="SquadMetric"/> over the texts as they are: case, punctuation and articles count.</summary>
    public static IMetric<TextSample> Metric { get; } = BestReference.Mean(
        "f1-tokens",
        MetricForm.Share("Rajpurkar et al. 2016 without the normal form"),
        (candidate, reference) => MetricValue.Of(Of(candidate, reference).F1));

    /// <summary>Shared ÷ candidate's tokens; 1 when neither text has tokens, 0 when one has none.</summary>
    public double Precision => Candidate == 0 || Reference == 0 ? NoneIsEqual : Shared / (double)Candidate;

    /// <summary>Shared ÷ reference's tokens; 1 when neither text has tokens, 0 when one has none.</summary>
    public double Recall => Candidate == 0 || Reference == 0 ? NoneIsEqual : Shared / (double)Reference;

    /// <summary>The harmonic mean of the two.</summary>
    public double F1 => Candidate == 0 || Reference == 0 ? NoneIsEqual : 2.0 * Shared / (Candidate + Reference);

    private double NoneIsEqual => Candidate == Reference ? 1 : 0;

    /// <summary>Compares the tokens between white space.</summary>
    public static TokenOverlap Of(string candidate, string reference)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(reference);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var wanted = reference.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        foreach (var token in wanted)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, token, out _)++;
        }

        var found = candidate.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var shared = 0;
        foreach (var token in found)
        {
            if (counts.GetValueOrDefault(token) > 0)
            {
                counts[token]--;
                shared++;
            }
        }

        return new TokenOverlap(shared, found.Length, wanted.Length);
    }

    /// <summary>Compares the tokens of the texts' SQuAD normal forms.</summary>
    public static TokenOverlap Squad(string candidate, string reference) => Of(TextComparison.NormalizeAnswer(candidate), TextComparison.NormalizeAnswer(reference));
}
