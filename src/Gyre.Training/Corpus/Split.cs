namespace Gyre.Training.Corpus;

/// <summary>The side of the corpus an example belongs to.</summary>
public enum Split
{
    /// <summary>Examples a model may be trained on.</summary>
    Train,

    /// <summary>Examples for evaluation: other template families, other products, other people and places.</summary>
    HeldOut,
}
