namespace Gyre.Evaluation.Metrics;

/// <summary>Writes a sample's statistics, or says why there are none.</summary>
internal delegate Undefined? StatisticsOf<in TSample>(TSample sample, Span<double> destination);
