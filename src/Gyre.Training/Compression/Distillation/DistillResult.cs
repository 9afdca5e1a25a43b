using Gyre.Training.Compression.Measurement;
using Gyre.Training.Finetuning;
using Gyre.Training.Loop;
using Gyre.Training.Quantization;
using Gyre.Training.Reports;

namespace Gyre.Training.Compression.Distillation;

/// <summary>What a distillation ended with.</summary>
public sealed record DistillResult
{
    /// <summary>Steps, losses, time and folders of the student.</summary>
    public required TrainingResult Training { get; init; }

    /// <summary>What the run was expected to take.</summary>
    public required MemoryEstimate Memory { get; init; }

    /// <summary>The most bytes that tensors took while the student learned.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>What became of the teacher's answers; null when its predictions are learnt.</summary>
    public required GeneratedCounts? Generated { get; init; }

    /// <summary>The teacher's size; null for an interrupted run.</summary>
    public required ModelSize? TeacherSize { get; init; }

    /// <summary>The student's size; null for an interrupted run.</summary>
    public required ModelSize? StudentSize { get; init; }

    /// <summary>Tokens a second of teacher (before) and student (after); null for an interrupted run.</summary>
    public required SpeedComparison? Speed { get; init; }

    /// <summary>Teacher (before) and student (after) on the report's tasks.</summary>
    public required IReadOnlyList<TaskOutcome> Report { get; init; }

    /// <summary>Confidence of the intervals.</summary>
    public required double Confidence { get; init; }

    /// <summary>Students that were trained otherwise.</summary>
    public required IReadOnlyList<BaselineResult> Baselines { get; init; }

    /// <summary>Sizes and speeds as a table; empty for an interrupted run.</summary>
    public IReadOnlyList<ComparisonRow> Rows() => TeacherSize is { } teacher && StudentSize is { } student && Speed is { } speed
        ? [.. ComparisonTable.Sizes(teacher, student), .. ComparisonTable.Speeds(speed)]
        : [];
}
