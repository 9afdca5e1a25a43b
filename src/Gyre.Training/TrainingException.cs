using Gyre.Contracts;

namespace Gyre.Training;

/// <summary>A recipe, corpus, run folder or checkpoint that cannot be used, or a training run that failed (codes <c>TRN####</c>).</summary>
public sealed class TrainingException(string code, string message, Exception? innerException = null)
    : GyreException(code, message, innerException);
