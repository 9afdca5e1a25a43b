using Gyre.Training.Curation.Decontamination;

namespace Gyre.Training.Curation.Pipeline;

/// <summary>Which evaluation sets are kept out.</summary>
/// <param name="Options">What counts as a copy.</param>
/// <param name="Drops">True to drop records, false to flag them.</param>
/// <param name="Sets">The sets.</param>
public sealed record DecontaminationRecipe(DecontaminationOptions Options, bool Drops, IReadOnlyList<EvaluationSetRecipe> Sets);
