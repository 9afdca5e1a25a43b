using Gyre.Training.Curation.Import;

namespace Gyre.Training.Curation.Pipeline;

/// <summary>An evaluation set whose items no record may hold.</summary>
/// <param name="Source">Where its items are; the text column is the question.</param>
/// <param name="More">Further columns of an item that must not be learnt.</param>
public sealed record EvaluationSetRecipe(CurationSource Source, IReadOnlyList<string> More);
