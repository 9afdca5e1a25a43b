using Gyre.Training.Loop;
using Gyre.Training.Reports;

namespace Gyre.Training.Compression.Distillation;

/// <summary>A student that was trained otherwise, and how the distilled one stands against it.</summary>
/// <param name="Baseline">How it was trained.</param>
/// <param name="Training">Steps, losses, folders.</param>
/// <param name="Outcomes">It (before) against the distilled student (after) on the report's tasks.</param>
public sealed record BaselineResult(DistillBaseline Baseline, TrainingResult Training, IReadOnlyList<TaskOutcome> Outcomes);
