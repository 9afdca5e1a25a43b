namespace Gyre.Evaluation.Selection;

/// <summary>How the model will be served: what memory and cost are estimated for.</summary>
public sealed record SelectionServing
{
    /// <summary>Tokens of a request and its answer.</summary>
    public int ContextTokens { get; init; } = 2_048;

    /// <summary>Requests at once.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>How keys and values are kept: <c>f32</c>, <c>f16</c> or <c>int8</c>.</summary>
    public string Cache { get; init; } = "f32";

    /// <summary>The evidence whose calls are the ones for latency and cost; null for the first experiment.</summary>
    public string? CallsFrom { get; init; }

    /// <summary>What an hour of the machine costs, for candidates without a price of tokens; null when nobody said.</summary>
    public double? MachinePricePerHour { get; init; }
}
