namespace Gyre.Evaluation.Judges.Trained;

/// <summary>What the file of an autorater holds.</summary>
internal sealed record AutoraterContent(
    string Format,
    string Provenance,
    int Ratings,
    string Finding,
    bool IsBetterThanBaseline,
    string[] Scorers,
    int HashedWords,
    double Penalty,
    int Least,
    double[] Means,
    double[] Scales,
    double[] Weights,
    double[] Thresholds)
{
    public const string Version = "gyre-autorater-1";

    private const int MostLevels = 20;

    /// <summary>What does not belong together; empty for a whole model.</summary>
    public string Fault()
    {
        var standardised = (2 * Scorers.Length) + 1;
        return Format != Version ? $"the format '{Format}'; expected '{Version}'"
            : Scorers.Any(name => string.IsNullOrWhiteSpace(name)) || Scorers.Distinct(StringComparer.Ordinal).Count() != Scorers.Length ? "scorers without a name, or twice"
            : HashedWords is < 0 or > 65_536 ? $"{HashedWords} places of hashed words; expected 0 to 65,536"
            : Means.Length != standardised || Scales.Length != standardised ? $"{Means.Length} means and {Scales.Length} scales; expected {standardised} of each"
            : Weights.Length != standardised + HashedWords ? $"{Weights.Length} weights; expected {standardised + HashedWords}"
            : Thresholds.Length >= MostLevels ? $"{Thresholds.Length} thresholds; expected {MostLevels - 1} at most"
            : Means.Concat(Scales).Concat(Weights).Concat(Thresholds).Append(Penalty).Any(value => !double.IsFinite(value)) ? "a number that is not finite"
            : Scales.Any(scale => scale <= 0) ? "a scale that is not above 0"
            : Thresholds.Zip(Thresholds.Skip(1)).Any(pair => pair.First > pair.Second) ? "thresholds that do not rise"
            : Math.Abs((long)Least) > 1000 || Ratings < 0 ? "a least level or a number of ratings that cannot be"
            : "";
    }
}
