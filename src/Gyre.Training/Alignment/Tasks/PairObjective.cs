using Gyre.Training.Alignment.Losses;

namespace Gyre.Training.Alignment.Tasks;

/// <summary>What is learned from pairs: a preference loss, the likelihood of the chosen answers, odds, or several together.</summary>
internal sealed record PairObjective
{
    /// <summary>The preference loss; null for none (odds only).</summary>
    public PreferenceLossOptions? Preference { get; init; }

    /// <summary>The weight of the chosen answers' mean negative log-probability a token of the step. Default 0.</summary>
    public double LikelihoodWeight { get; init; }

    /// <summary>β of the odds-ratio part; 0 for none.</summary>
    public double OddsBeta { get; init; }
}
