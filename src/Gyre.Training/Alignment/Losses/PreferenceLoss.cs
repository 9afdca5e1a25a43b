namespace Gyre.Training.Alignment.Losses;

/// <summary>Losses over pairs of answers, with their gradients in closed form.</summary>
/// <remarks>
/// Source: Rafailov et al. 2023 (DPO), Azar et al. 2023 (IPO), Zhao et al. 2023 (hinge), Chowdhury et al. 2024 (robust),
/// Ji et al. 2024 (EXO), H. Chen et al. 2024 (NCA), Y. Wu et al. 2024 (SPPO), Melnyk et al. 2024 (AOT), D'Oosterlinck et al.
/// 2024 (APO), Meng et al. 2024 (SimPO), C. Wang et al. 2023 (divergences).
/// </remarks>
internal static class PreferenceLoss
{
    /// <summary>EXO's label smoothing when none is given: with 0 its loss is infinite.</summary>
    private const double LeastSmoothing = 1e-3;

    /// <summary>No exponential is larger than e to this.</summary>
    private const double MostExponent = 80;

    /// <summary>What an answer gained over the reference, times β: its implicit reward.</summary>
    public static double Reward(PreferenceLossOptions options, double policy, double reference) =>
        options.Beta * (policy - (options.Kind == PreferenceLossKind.SimPo ? 0 : reference));

    /// <summary>The losses of some pairs.</summary>
    public static PreferenceOutcome Compute(PreferenceLossOptions options, PairScores scores) => options.Kind switch
    {
        PreferenceLossKind.Aot or PreferenceLossKind.AotPair => Sorted(options, scores),
        _ => Apart(options, scores),
    };

    private static PreferenceOutcome Apart(PreferenceLossOptions options, PairScores scores)
    {
        var outcome = Empty(scores.Count);
        for (var i = 0; i < scores.Count; i++)
        {
            var (c, r) = Ratios(options, scores, i);
            (outcome.Losses[i], outcome.ChosenGradient[i], outcome.RejectedGradient[i]) = Pair(options, c, r);
        }

        return outcome;
    }

    /// <summary>The loss of one pair from what its two answers gained, and its derivatives.</summary>
    private static (double Loss, double Chosen, double Rejected) Pair(PreferenceLossOptions options, double c, double r)
    {
        var beta = options.Beta;
        switch (options.Kind)
        {
            case PreferenceLossKind.NcaPair:
                var chosen = -Logistic.LogSigmoid(beta * c) - (0.5 * Logistic.LogSigmoid(-beta * c));
                return (
                    chosen - (0.5 * Logistic.LogSigmoid(-beta * r)),
                    beta * ((0.5 * Logistic.Sigmoid(beta * c)) - Logistic.Sigmoid(-beta * c)),
                    beta * 0.5 * Logistic.Sigmoid(beta * r));
            case PreferenceLossKind.SppoHard:
                var (up, down) = (c - (0.5 / beta), r + (0.5 / beta));
                return ((up * up) + (down * down), 2 * up, 2 * down);
            case PreferenceLossKind.ApoZero:
                return (Logistic.Sigmoid(-beta * c) + Logistic.Sigmoid(beta * r), -beta * Slope(beta * c), beta * Slope(beta * r));
            case PreferenceLossKind.ApoDown:
                var margin = beta * Slope(beta * (c - r));
                return (Logistic.Sigmoid(beta * c) + Logistic.Sigmoid(-beta * (c - r)), (beta * Slope(beta * c)) - margin, margin);
            default:
                var (h, hChosen, hRejected) = Margin(options, c, r);
                var (loss, slope) = OfMargin(options, h);
                return (loss, slope * hChosen, slope * hRejected);
        }
    }

    /// <summary>The margin between two answers under a divergence, and its derivatives.</summary>
    private static (double Value, double Chosen, double Rejected) Margin(PreferenceLossOptions options, double c, double r)
    {
        switch (options.Divergence)
        {
            case PolicyDivergence.JensenShannon:
                return (c - r - (Logistic.Softplus(c) - Logistic.Softplus(r)), Logistic.Sigmoid(-c), -Logistic.Sigmoid(-r));
            case PolicyDivergence.Alpha:
                var (powerOfChosen, powerOfRejected) = (Math.Exp(Math.Min(-options.Alpha * c, MostExponent)), Math.Exp(Math.Min(-options.Alpha * r, MostExponent)));
                return ((powerOfRejected - powerOfChosen) / options.Alpha, powerOfChosen, -powerOfRejected);
            default:
                return (c - r, 1, -1);
        }
    }

    /// <summary>A loss that is a function of the margin, and its derivative.</summary>
    private static (double Loss, double Slope) OfMargin(PreferenceLossOptions options, double h)
    {
        var (beta, swapped) = (options.Beta, options.LabelSmoothing);
        var x = beta * h;
        switch (options.Kind)
        {
            case PreferenceLossKind.Hinge:
                return x < 1 ? (1 - x, -beta) : (0, 0);
            case PreferenceLossKind.Ipo:
                var gap = h - (1 / (2 * beta));
                return (gap * gap, 2 * gap);
            case PreferenceLossKind.Robust:
                var scale = 1 - (2 * swapped);
                return (
                    ((swapped * Logistic.LogSigmoid(-x)) - ((1 - swapped) * Logistic.LogSigmoid(x))) / scale,
                    -beta * (((1 - swapped) * Logistic.Sigmoid(-x)) + (swapped * Logistic.Sigmoid(x))) / scale);
            case PreferenceLossKind.ExoPair:
                var share = swapped == 0 ? LeastSmoothing : swapped;
                var (right, wrong) = (Math.Log(1 - share), Math.Log(share));
                return (
                    (Logistic.Sigmoid(x) * (Logistic.LogSigmoid(x) - right)) + (Logistic.Sigmoid(-x) * (Logistic.LogSigmoid(-x) - wrong)),
                    beta * Slope(x) * (x - right + wrong));
            case PreferenceLossKind.SimPo:
                return Smoothed(beta, swapped, x - options.Gamma);
            default:
                return Smoothed(beta, swapped, x);
        }
    }

    /// <summary>−(1 − s)·ln σ(x) − s·ln σ(−x), and its derivative when x grows by β.</summary>
    private static (double Loss, double Slope) Smoothed(double beta, double swapped, double x) => (
        -((1 - swapped) * Logistic.LogSigmoid(x)) - (swapped * Logistic.LogSigmoid(-x)),
        beta * ((swapped * Logistic.Sigmoid(x)) - ((1 - swapped) * Logistic.Sigmoid(-x))));

    private static PreferenceOutcome Sorted(PreferenceLossOptions options, PairScores scores)
    {
        var outcome = Empty(scores.Count);
        var isByAnswer = options.Kind == PreferenceLossKind.AotPair;
        var first = new double[scores.Count];
        var second = new double[scores.Count];
        for (var i = 0; i < scores.Count; i++)
        {
            var (c, r) = Ratios(options, scores, i);
            first[i] = isByAnswer ? c : scores.PolicyChosen[i] - scores.PolicyRejected[i];
            second[i] = isByAnswer ? r : options.IsReferenceFree ? 0 : scores.ReferenceChosen[i] - scores.ReferenceRejected[i];
        }

        var (order, otherOrder) = (Order(first), Order(second));
        for (var i = 0; i < scores.Count; i++)
        {
            var (a, b) = (order[i], otherOrder[i]);
            var (loss, slope) = Smoothed(options.Beta, options.LabelSmoothing, options.Beta * (first[a] - second[b]));
            outcome.Losses[i] = loss;
            outcome.ChosenGradient[a] += slope;
            outcome.RejectedGradient[isByAnswer ? b : a] -= slope;
        }

        return outcome;
    }

    /// <summary>What each answer gained over the reference.</summary>
    private static (double Chosen, double Rejected) Ratios(PreferenceLossOptions options, PairScores scores, int i) => options.NeedsReference
        ? (scores.PolicyChosen[i] - scores.ReferenceChosen[i], scores.PolicyRejected[i] - scores.ReferenceRejected[i])
        : (scores.PolicyChosen[i], scores.PolicyRejected[i]);

    /// <summary>σ′(x).</summary>
    private static double Slope(double x) => Logistic.Sigmoid(x) * Logistic.Sigmoid(-x);

    /// <summary>The indices by rising value, equal ones as they come.</summary>
    private static int[] Order(double[] values) => [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];

    private static PreferenceOutcome Empty(int count) => new(new double[count], new double[count], new double[count]);
}
