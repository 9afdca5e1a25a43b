namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>The smoothing functions of NLTK's BLEU, by their numbers there.</summary>
/// <remarks>Source: Chen and Cherry, A Systematic Comparison of Smoothing Techniques for Sentence-Level BLEU, WMT 2014; NLTK 3.8.</remarks>
public enum NltkSmoothing
{
    /// <summary>None; an order without a match counts as the least positive number.</summary>
    Method0,

    /// <summary>An order without a match counts as ε matches.</summary>
    Method1,

    /// <summary>Adds 1 to matches and totals of every order but the first.</summary>
    Method2,

    /// <summary>Halves the count of each further order without a match.</summary>
    Method3,

    /// <summary>As method 3, less for short candidates.</summary>
    Method4,

    /// <summary>Averages the precisions of neighbouring orders; values may exceed 1.</summary>
    Method5,

    /// <summary>Interpolates with what the two shorter orders let expect; undefined without a shared trigram.</summary>
    Method6,

    /// <summary>Method 4, then method 5; values may exceed 1.</summary>
    Method7,
}
