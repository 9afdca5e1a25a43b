namespace Gyre.Training.Curation.Decontamination;

/// <summary>What counts as a copy of an evaluation item. Immutable.</summary>
public sealed record DecontaminationOptions
{
    /// <summary>The length of the runs of words that no record may share with an item.</summary>
    /// <remarks>Units: words, 5 to 50; default 13; 8 finds shorter quotations and more chance matches.</remarks>
    public int RunWords { get; init; } = 13;

    /// <summary>Items of fewer words than a run, down to this many, are looked for as a whole.</summary>
    /// <remarks>Units: words, 3 to <see cref="RunWords"/>; default 8.</remarks>
    public int LeastWords { get; init; } = 8;

    /// <summary>A run that so many items share is a form of words (<c>which of the following statements is …</c>) and no copy; it is not looked for.</summary>
    /// <remarks>Units: items; default 10.</remarks>
    public int CommonItems { get; init; } = 10;

    /// <summary>The least Jaccard similarity, over runs of three words, of a record's part and an item that are the same question reworded.</summary>
    /// <remarks>Units: 0.3 to 1; default 0.7; 1 looks for equal ones alone.</remarks>
    public double NearThreshold { get; init; } = 0.7;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Require()
    {
        if (RunWords is < 5 or > 50 || LeastWords < 3 || LeastWords > RunWords || CommonItems < 1 || NearThreshold is not (>= 0.3 and <= 1))
        {
            throw new ArgumentException($"Set up the search for evaluation items: found {this}; expected runs of 5 to 50 words, a least length of 3 to the run's, at least 1 common item and a threshold of 0.3 to 1.");
        }
    }
}
