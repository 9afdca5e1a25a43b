namespace Gyre.Training.Alignment.Losses;

/// <summary>Settings of a loss over pairs of answers.</summary>
public sealed record PreferenceLossOptions
{
    /// <summary>The formula.</summary>
    public PreferenceLossKind Kind { get; init; } = PreferenceLossKind.Sigmoid;

    /// <summary>How strongly the model is held to the reference; larger holds it closer. Default 0.1.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>The share of pairs taken to be labelled the wrong way round. Default 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Takes the reference to find all answers equally likely.</summary>
    public bool IsReferenceFree { get; init; }

    /// <summary>The distance from the reference, for the losses that are functions of the margin.</summary>
    public PolicyDivergence Divergence { get; init; } = PolicyDivergence.ReverseKl;

    /// <summary>α of <see cref="PolicyDivergence.Alpha"/>.</summary>
    public double Alpha { get; init; } = 1;

    /// <summary>The margin of <see cref="PreferenceLossKind.SimPo"/>.</summary>
    public double Gamma { get; init; } = 0.5;

    /// <summary>Whether an answer's score is its mean log-probability a token instead of the sum.</summary>
    public bool UsesMeans => Kind is PreferenceLossKind.Ipo or PreferenceLossKind.SimPo;

    /// <summary>Whether a reference's log-probabilities go into the loss.</summary>
    public bool NeedsReference => !IsReferenceFree && Kind != PreferenceLossKind.SimPo;

    /// <summary>Whether a pair's loss depends on the other pairs of its step.</summary>
    public bool CouplesPairs => Kind is PreferenceLossKind.Aot or PreferenceLossKind.AotPair;
}
