namespace Gyre.Evaluation.Judges.Trained;

/// <summary>A smooth convex function of parameters.</summary>
internal interface ILoss
{
    int Parameters { get; }

    /// <summary>The value, and the gradient into the destination.</summary>
    double Evaluate(ReadOnlySpan<double> parameters, Span<double> destination);
}
