namespace Gyre.Evaluation.Reports.Examples;

/// <summary>Why a row is shown.</summary>
internal enum ExampleKind
{
    Regression,
    Gain,
    Failure,
    Sample,
}
