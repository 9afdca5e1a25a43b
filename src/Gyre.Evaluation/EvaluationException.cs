using Gyre.Contracts;

namespace Gyre.Evaluation;

/// <summary>An evaluation recipe or results file that cannot be used, or a run that could not go on (codes <c>EVA####</c>).</summary>
public sealed class EvaluationException(string code, string message, Exception? innerException = null)
    : GyreException(code, message, innerException);
