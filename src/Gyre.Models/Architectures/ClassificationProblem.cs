namespace Gyre.Models.Architectures;

/// <summary>What the logits of a classification head mean.</summary>
public enum ClassificationProblem
{
    /// <summary>One of the labels holds: probabilities by softmax.</summary>
    SingleLabel,

    /// <summary>Each label holds or does not: probabilities by the logistic function.</summary>
    MultipleLabels,

    /// <summary>A logit is the value itself.</summary>
    Regression,
}
