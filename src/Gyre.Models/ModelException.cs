using Gyre.Contracts;

namespace Gyre.Models;

/// <summary>A model, tokenizer, template or weight file that cannot be used, or a generation that failed (codes <c>RUN####</c>).</summary>
public sealed class ModelException(string code, string message, Exception? innerException = null)
    : GyreException(code, message, innerException);
