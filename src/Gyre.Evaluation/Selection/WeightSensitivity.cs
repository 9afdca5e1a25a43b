namespace Gyre.Evaluation.Selection;

/// <summary>How much the order depends on the weights.</summary>
/// <param name="Draws">Weights drawn.</param>
/// <param name="Spread">The standard deviation of the logarithm of each weight's factor.</param>
/// <param name="Near">How often each candidate is first when weights are drawn around the given ones.</param>
/// <param name="Any">How often when every division of the weight is as likely as any other.</param>
/// <param name="Ranges">How far each weight may move.</param>
public sealed record WeightSensitivity(
    int Draws, double Spread, IReadOnlyDictionary<string, double> Near, IReadOnlyDictionary<string, double> Any, IReadOnlyList<WeightRange> Ranges);
