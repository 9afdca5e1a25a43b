using Gyre.Training.Alignment.Losses;
using Gyre.Training.Alignment.Tasks;
using Gyre.Training.Recipes;

namespace Gyre.Training.Alignment;

/// <summary>The loss of a method that learns from given answers.</summary>
internal sealed record AlignmentLossRecipe
{
    /// <summary>DPO, IPO and ORPO.</summary>
    public required PairObjective Pairs { get; init; }

    /// <summary>KTO.</summary>
    public required UnpairedLossOptions Rated { get; init; }

    /// <summary>Reward models: the weight of the squared sum of a pair's rewards.</summary>
    public required double Centring { get; init; }

    /// <summary>Whether the loss reads a reference's log-probabilities.</summary>
    public bool NeedsReference(AlignmentMethod method) => method == AlignmentMethod.Kto || Pairs.Preference is { NeedsReference: true };

    public static AlignmentLossRecipe Read(RecipeSection section, AlignmentMethod method)
    {
        var beta = section.Number("beta", 0.1, 1e-6, 100);
        var kind = method == AlignmentMethod.Ipo ? PreferenceLossKind.Ipo : section.Choice(
            "type",
            PreferenceLossKind.Sigmoid,
            ("sigmoid", PreferenceLossKind.Sigmoid),
            ("hinge", PreferenceLossKind.Hinge),
            ("ipo", PreferenceLossKind.Ipo),
            ("robust", PreferenceLossKind.Robust),
            ("exo_pair", PreferenceLossKind.ExoPair),
            ("nca_pair", PreferenceLossKind.NcaPair),
            ("sppo_hard", PreferenceLossKind.SppoHard),
            ("aot", PreferenceLossKind.Aot),
            ("aot_pair", PreferenceLossKind.AotPair),
            ("apo_zero", PreferenceLossKind.ApoZero),
            ("apo_down", PreferenceLossKind.ApoDown),
            ("simpo", PreferenceLossKind.SimPo));
        var preference = new PreferenceLossOptions
        {
            Kind = kind,
            Beta = beta,
            LabelSmoothing = section.Number("label_smoothing", 0, 0, 0.49),
            IsReferenceFree = section.Flag("reference_free", false),
            Divergence = section.Choice(
                "divergence", PolicyDivergence.ReverseKl, ("reverse_kl", PolicyDivergence.ReverseKl), ("js", PolicyDivergence.JensenShannon), ("alpha", PolicyDivergence.Alpha)),
            Alpha = section.Number("alpha", 1, 1e-3, 10),
            Gamma = section.Number("gamma", 0.5, 0, 100),
        };
        var isOrpo = method == AlignmentMethod.Orpo;
        var recipe = new AlignmentLossRecipe
        {
            Pairs = new PairObjective
            {
                Preference = method is AlignmentMethod.Dpo or AlignmentMethod.Ipo ? preference : null,
                LikelihoodWeight = section.Number("nll_weight", isOrpo ? 1 : 0, 0, 1000),
                OddsBeta = isOrpo ? beta : 0,
            },
            Rated = new UnpairedLossOptions
            {
                Beta = beta,
                DesirableWeight = section.Number("desirable_weight", 1, 0, 1000),
                UndesirableWeight = section.Number("undesirable_weight", 1, 0, 1000),
                UsesReferencePoint = section.Flag("reference_point", true),
            },
            Centring = section.Number("centring", 0, 0, 1000),
        };
        section.Finish();
        return recipe;
    }
}
