using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Architectures;

/// <summary>A language model whose loss can be recorded on a tape.</summary>
/// <remarks>Owns: its parameters, until disposed. Used by one thread at a time.</remarks>
public interface ITrainableModel : IDisposable
{
    /// <summary>Every trained tensor, in a fixed order.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The cross-entropy of the next token, summed over the targets that count, times a factor.</summary>
    /// <param name="tape">Records the computation, or only computes it.</param>
    /// <param name="inputs">Token ids, row after row: [batch × length].</param>
    /// <param name="targets">The id wanted after each input, or −100 where none counts.</param>
    /// <param name="documentStart">
    /// For each input the index in its row of the first token of its document; attention and positions do not cross it.
    /// Empty when each row is one document.
    /// </param>
    /// <param name="batch">Rows (B).</param>
    /// <param name="length">Tokens a row (T).</param>
    /// <param name="scale">Multiplies the sum; for a mean, 1 / the number of targets that count in the whole step.</param>
    /// <returns>One number, owned by the tape.</returns>
    /// <remarks>Errors: argument exceptions for wrong lengths, ids outside the vocabulary, rows longer than the context.</remarks>
    Tensor Loss(
        Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, ReadOnlySpan<int> documentStart, int batch, int length, float scale);
}
