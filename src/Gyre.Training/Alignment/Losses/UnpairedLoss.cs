namespace Gyre.Training.Alignment.Losses;

/// <summary>Losses over single answers that are wanted or not, with their gradients in closed form.</summary>
/// <remarks>Source: Ethayarajh et al. 2024 (KTO), equation 8; D'Oosterlinck et al. 2024 (the form without a reference point).</remarks>
internal static class UnpairedLoss
{
    /// <summary>The reference point: the mean gain of answers set beside other rows' prompts, never below 0; no gradient flows into it.</summary>
    /// <param name="gains">ln π − ln reference of each mismatched answer.</param>
    public static double ReferencePoint(ReadOnlySpan<double> gains)
    {
        var sum = 0.0;
        foreach (var gain in gains)
        {
            sum += gain;
        }

        return gains.IsEmpty ? 0 : Math.Max(0, sum / gains.Length);
    }

    /// <summary>The weighted loss of one answer and its derivative with respect to the gain.</summary>
    /// <param name="options">Weights and β.</param>
    /// <param name="gain">ln π − ln reference of the answer.</param>
    /// <param name="isDesirable">Whether the answer is wanted.</param>
    /// <param name="referencePoint">As <see cref="ReferencePoint"/>.</param>
    public static (double Loss, double Gradient) Compute(UnpairedLossOptions options, double gain, bool isDesirable, double referencePoint)
    {
        var z = options.UsesReferencePoint ? referencePoint : 0;
        var x = options.Beta * (isDesirable ? gain - z : z - gain);
        var weight = isDesirable ? options.DesirableWeight : options.UndesirableWeight;
        var slope = weight * options.Beta * Logistic.Sigmoid(x) * Logistic.Sigmoid(-x);
        return (weight * Logistic.Sigmoid(-x), isDesirable ? -slope : slope);
    }
}
