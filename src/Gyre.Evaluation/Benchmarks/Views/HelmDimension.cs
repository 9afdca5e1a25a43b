namespace Gyre.Evaluation.Benchmarks.Views;

/// <summary>One of the seven sides from which HELM looks at a model.</summary>
public enum HelmDimension
{
    /// <summary>How often it is right.</summary>
    Accuracy,

    /// <summary>How well its sureness fits that.</summary>
    Calibration,

    /// <summary>How often it stays right under slips and other wording.</summary>
    Robustness,

    /// <summary>How often it stays right when other people are meant.</summary>
    Fairness,

    /// <summary>How unevenly its texts name groups of people.</summary>
    Bias,

    /// <summary>How often its texts are toxic.</summary>
    Toxicity,

    /// <summary>What an answer takes.</summary>
    Efficiency,
}
