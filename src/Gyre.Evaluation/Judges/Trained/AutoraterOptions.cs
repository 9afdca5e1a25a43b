using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Judges.Trained;

/// <summary>How an autorater is trained.</summary>
public sealed record AutoraterOptions
{
    /// <summary>Places for hashed words and pairs of words of the answer; 0 leaves them out.</summary>
    /// <remarks>Units: 0 to 65,536; default 0.</remarks>
    public int HashedWords { get; init; }

    /// <summary>How strongly weights are held to 0: half of it times their squares is added to the loss of all ratings together.</summary>
    /// <remarks>Units: above 0; default 1.</remarks>
    public double Penalty { get; init; } = 1;

    /// <summary>Parts of the cross-validation; answers to one prompt are never in two of them.</summary>
    /// <remarks>Units: 2 to 50; default 5.</remarks>
    public int Folds { get; init; } = 5;

    /// <summary>Seed of the parts and of the intervals; confidence and resamples.</summary>
    public ComparisonOptions Comparison { get; init; } = new();

    /// <summary>Where the ratings are from, in words that go into the file.</summary>
    public string Provenance { get; init; } = "";
}
