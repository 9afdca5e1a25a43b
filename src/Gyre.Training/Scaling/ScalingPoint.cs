namespace Gyre.Training.Scaling;

/// <summary>One run on the plane of compute and loss.</summary>
/// <param name="Name">The run's name.</param>
/// <param name="Parameters">Number of trained numbers.</param>
/// <param name="Tokens">Positions seen.</param>
/// <param name="Loss">The lowest validation loss, in nats.</param>
public sealed record ScalingPoint(string Name, long Parameters, long Tokens, double Loss)
{
    /// <summary>The estimated training compute: 6 floating-point operations a parameter and token.</summary>
    /// <remarks>Source: J. Kaplan et al., "Scaling Laws for Neural Language Models", 2020, section 2.1.</remarks>
    public double Flops => 6.0 * Parameters * Tokens;

    /// <summary>Positions seen for each parameter.</summary>
    public double TokensPerParameter => (double)Tokens / Parameters;
}
