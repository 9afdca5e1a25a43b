namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>The kinds of <see cref="BleuSmoothing"/>.</summary>
internal enum BleuSmoothingKind
{
    None,
    Exponential,
    Floor,
    AddK,
}
