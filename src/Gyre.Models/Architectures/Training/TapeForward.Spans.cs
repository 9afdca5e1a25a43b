using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Architectures.Training;

/// <content>The loss of answers that are spans of their text.</content>
internal sealed partial class TapeForward
{
    /// <summary>For each row half the loss of where its answer begins and half that of where it ends, among the row's tokens that are no padding.</summary>
    /// <param name="tape">Records the computation, or only computes it.</param>
    /// <param name="rows">Whole sequences, all tokens wanted.</param>
    /// <param name="ends">The first tokens of all rows, then the last ones; −100 where none counts.</param>
    /// <param name="batch">Rows (B).</param>
    /// <param name="length">Tokens a row (T).</param>
    /// <param name="scale">Multiplies the sum.</param>
    public Tensor SpanLoss(Tape tape, in WholeRows rows, ReadOnlySpan<int> ends, int batch, int length, float scale)
    {
        _batch = _tokens;
        _batch.Set(rows, batch, length, 1f);
        _hidden = Padding.Hide(tape, _pool, rows.Lengths, length);
        _outcome = Outcome.Logits;
        try
        {
            var logits = tape.Permute(tape.Reshape(Run(tape), batch, length, 2), 2, 0, 1);
            var seen = _hidden is null ? logits : tape.Add(logits, tape.Reshape(_hidden, 1, batch, length));
            return tape.CrossEntropy(tape.Reshape(tape.Contiguous(seen), 2 * batch, length), ends, default, 2.0 / scale);
        }
        finally
        {
            _outcome = Outcome.Loss;
        }
    }
}
