namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>What BLEU does about orders without a match, by sacreBLEU's names.</summary>
/// <remarks>Source: Chen and Cherry, A Systematic Comparison of Smoothing Techniques for Sentence-Level BLEU, WMT 2014.</remarks>
public readonly record struct BleuSmoothing
{
    private BleuSmoothing(BleuSmoothingKind kind, double value) => (Kind, Value) = (kind, value);

    /// <summary>Nothing: an order without a match makes the score 0.</summary>
    public static BleuSmoothing None => default;

    /// <summary>Halves the count of each further order without a match, beginning with one half.</summary>
    public static BleuSmoothing Exponential => new(BleuSmoothingKind.Exponential, 0);

    /// <summary>How many matches an order without one counts as, or what is added to counts.</summary>
    public double Value { get; }

    internal BleuSmoothingKind Kind { get; }

    /// <summary>Counts an order without a match as so many matches.</summary>
    /// <param name="value">Above 0; 0.1 in the paper.</param>
    public static BleuSmoothing Floor(double value = 0.1) => new(BleuSmoothingKind.Floor, Positive(value));

    /// <summary>Adds to matches and totals of every order but the first.</summary>
    /// <param name="value">Above 0; 1 in the paper.</param>
    public static BleuSmoothing AddK(double value = 1) => new(BleuSmoothingKind.AddK, Positive(value));

    /// <summary>The name that metrics carry: <c>exp</c>, <c>floor</c>, <c>floor0.5</c>, <c>add-k</c>, <c>none</c>.</summary>
    public override string ToString() => Kind switch
    {
        BleuSmoothingKind.Exponential => "exp",
        BleuSmoothingKind.Floor => Value == 0.1 ? "floor" : $"floor{Value}",
        BleuSmoothingKind.AddK => Value == 1 ? "add-k" : $"add-k{Value}",
        _ => "none",
    };

    private static double Positive(double value) => double.IsFinite(value) && value > 0
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "Smooth BLEU: found this value; expected a finite number above 0.");
}
