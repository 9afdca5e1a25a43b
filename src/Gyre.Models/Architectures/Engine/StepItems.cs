namespace Gyre.Models.Architectures.Engine;

/// <summary>A step's items in one run.</summary>
/// <param name="Index">The step.</param>
/// <param name="Count">How many items it has.</param>
/// <param name="Grain">The fewest worth handing out.</param>
internal readonly record struct StepItems(int Index, int Count, int Grain);
