namespace Gyre.Training.Curation.Decontamination;

/// <summary>An evaluation item that a record holds.</summary>
/// <param name="Item">The item.</param>
/// <param name="Kind">How it was found.</param>
/// <param name="Detail">The words, or how alike the questions are.</param>
public sealed record ContaminationHit(EvaluationItem Item, ContaminationKind Kind, string Detail);
