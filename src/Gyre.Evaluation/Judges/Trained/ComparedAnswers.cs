using Gyre.Contracts;
using Gyre.Evaluation.Judges.Pairs;

namespace Gyre.Evaluation.Judges.Trained;

/// <summary>Two answers that people compared.</summary>
/// <param name="Row">What was asked.</param>
/// <param name="First">One answer.</param>
/// <param name="Second">The other.</param>
/// <param name="Preference">Which is better.</param>
public sealed record ComparedAnswers(DatasetRow Row, string First, string Second, PairPreference Preference);
