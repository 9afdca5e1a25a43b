namespace Gyre.Training.Loop;

/// <summary>What a step's data gave.</summary>
/// <param name="Loss">The step's mean loss.</param>
/// <param name="Tokens">Positions read, padding left out.</param>
/// <param name="Figures">Further figures by the name under which they are logged, for example <c>rewards/margins</c>; null for none.</param>
internal readonly record struct StepMeasure(double Loss, int Tokens, IReadOnlyDictionary<string, double>? Figures = null);
