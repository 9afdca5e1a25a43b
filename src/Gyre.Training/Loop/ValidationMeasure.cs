namespace Gyre.Training.Loop;

/// <summary>What held-out data gave.</summary>
/// <param name="Loss">The loss that chooses the best checkpoint and ends a run early.</param>
/// <param name="Figures">Further figures by name, logged with <c>eval/</c> before it; null for none.</param>
internal sealed record ValidationMeasure(double Loss, IReadOnlyDictionary<string, double>? Figures = null);
