using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff;

/// <summary>Room for one block of a head's rows: copies of their inputs, their logits, two numbers each, and where they came from.</summary>
internal readonly unsafe ref struct HeadBlock
{
    private readonly ScratchLease _inputs;
    private readonly ScratchLease _logits;
    private readonly ScratchLease _numbers;
    private readonly int _most;
    private readonly int _columns;
    private readonly int _classes;

    public HeadBlock(TensorPool pool, int rows, int columns, int classes)
    {
        (_most, _columns, _classes) = (rows, columns, classes);
        _inputs = new ScratchLease(pool, (long)rows * Math.Max(1, columns));
        _logits = new ScratchLease(pool, (long)rows * Math.Max(1, classes));
        _numbers = new ScratchLease(pool, 4L * rows);
        Rows = (int*)(_numbers.Data + (2 * rows));
    }

    /// <summary>The number of each row of the block among all rows.</summary>
    public int* Rows { get; }

    public MatrixView Inputs(int count) => new() { Data = _inputs.Data, Rows = count, Columns = _columns, Row = _columns, Column = 1 };

    public MatrixView Logits(int count) => new() { Data = _logits.Data, Rows = count, Columns = _classes, Row = _classes, Column = 1 };

    /// <summary>Takes the next rows that have a target, and tells how many; 0 when none are left.</summary>
    public int Gather(MatrixView hidden, int* targets, ref int next)
    {
        var count = 0;
        for (; next < hidden.Rows && count < _most; next++)
        {
            if (targets[next] < 0)
            {
                continue;
            }

            new ReadOnlySpan<float>(hidden.Data + (next * hidden.Row), _columns).CopyTo(new Span<float>(_inputs.Data + ((nint)count * _columns), _columns));
            (Rows[count], Rows[_most + count]) = (next, targets[next]);
            count++;
        }

        return count;
    }

    /// <summary>Computes the logits of the block's rows and describes them.</summary>
    public SoftmaxJob Score(Tape tape, MatrixView weight, int count)
    {
        MatrixView.Multiply(tape, Inputs(count), weight.Transposed(), Logits(count), accumulate: false);
        return new SoftmaxJob
        {
            Rows = count,
            Width = _classes,
            X = new RowArray { Data = _logits.Data, Stride = _classes },
            Targets = Rows + _most,
            Losses = _numbers.Data,
            LogSums = _numbers.Data + _most,
        };
    }

    /// <summary>Adds each row of the block to the row that it came from.</summary>
    public void ScatterAdd(MatrixView part, MatrixView destination)
    {
        for (var i = 0; i < part.Rows; i++)
        {
            var from = part.Data + (i * part.Row);
            var to = destination.Data + (Rows[i] * destination.Row);
            for (var j = 0; j < part.Columns; j++)
            {
                to[j] += from[j];
            }
        }
    }

    public void Dispose()
    {
        _numbers.Dispose();
        _logits.Dispose();
        _inputs.Dispose();
    }
}
