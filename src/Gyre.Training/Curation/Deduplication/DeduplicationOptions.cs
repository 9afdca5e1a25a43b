namespace Gyre.Training.Curation.Deduplication;

/// <summary>How records that are alike are found. Immutable.</summary>
public sealed record DeduplicationOptions
{
    /// <summary>Whether texts that are the same without case and white space are one; default true.</summary>
    public bool IsExact { get; init; } = true;

    /// <summary>Whether texts that share most runs of words are one; default true.</summary>
    public bool IsNear { get; init; } = true;

    /// <summary>The least Jaccard similarity of two near duplicates.</summary>
    /// <remarks>Units: 0.3 to 1; default 0.8.</remarks>
    public double Threshold { get; init; } = 0.8;

    /// <summary>The length of the runs of words that are compared.</summary>
    /// <remarks>Units: 1 to 32 words; default 5.</remarks>
    public int ShingleWords { get; init; } = 5;

    /// <summary>How many hashes make a signature.</summary>
    /// <remarks>Units: 16 to 1,024; default 128.</remarks>
    public int Hashes { get; init; } = 128;

    /// <summary>The share of pairs exactly at the threshold that must be found; those above it are found more often.</summary>
    /// <remarks>Units: 0.5 to 0.9999; default 0.99.</remarks>
    public double Recall { get; init; } = 0.99;

    /// <summary>Which record stays.</summary>
    public KeepRule Keep { get; init; } = KeepRule.First;

    /// <summary>The field with the number that <see cref="KeepRule.Best"/> goes by.</summary>
    public string BestField { get; init; } = "";

    /// <summary>The roles of the texts that are compared; default all of them.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Fixes the hashes.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range; all of them are named.</exception>
    public void Require()
    {
        var faults = new List<string>();
        Check(Threshold is >= 0.3 and <= 1, $"a threshold of {Threshold} (0.3 to 1)");
        Check(ShingleWords is >= 1 and <= 32, $"runs of {ShingleWords} words (1 to 32)");
        Check(Hashes is >= 16 and <= 1024, $"{Hashes} hashes (16 to 1024)");
        Check(Recall is >= 0.5 and <= 0.9999, $"a recall of {Recall} (0.5 to 0.9999)");
        Check(Enum.IsDefined(Keep) && (Keep != KeepRule.Best || BestField.Length > 0), "the rule 'best' without a field");
        if (faults.Count > 0)
        {
            throw new ArgumentException($"Set up the search for duplicates: found {string.Join(", ", faults)}.");
        }

        void Check(bool isRight, string fault)
        {
            if (!isRight)
            {
                faults.Add(fault);
            }
        }
    }
}
