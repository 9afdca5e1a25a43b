using Gyre.Contracts;
using Gyre.Tensors;

namespace Gyre.Training.Packing;

/// <summary>An endless stream of packed rows in an order that the seed fixes; it can stand at any position.</summary>
/// <remarks>Used by one thread at a time. Allocates only when a new pass over the data begins.</remarks>
internal sealed class BatchReader
{
    private readonly TokenFile _file;
    private readonly int _length;
    private readonly SeededRandom? _random;
    private readonly uint[] _words;
    private RowPlan _plan;
    private BatchPosition _position;

    /// <summary>Opens a stream.</summary>
    /// <param name="file">The documents; stays the caller's.</param>
    /// <param name="length">Positions per row.</param>
    /// <param name="random">Fixes the order of every pass; null keeps file order.</param>
    public BatchReader(TokenFile file, int length, SeededRandom? random)
    {
        _file = file;
        _length = length;
        _random = random;
        _words = new uint[length + 1];
        _plan = Plan(0);
    }

    /// <summary>The number of rows in one pass (it differs slightly between passes).</summary>
    public int RowsPerEpoch => _plan.Rows;

    /// <summary>The next row; setting it moves there.</summary>
    public BatchPosition Position
    {
        get => _position;
        set
        {
            if (value.Epoch != _position.Epoch)
            {
                _plan = Plan(value.Epoch);
            }

            ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Row, _plan.Rows);
            _position = value;
        }
    }

    /// <summary>Fills a batch with the next rows.</summary>
    [HotPath]
    public void Fill(Batch batch)
    {
        batch.TargetCount = 0;
        batch.TokenCount = 0;
        for (var row = 0; row < batch.Rows; row++)
        {
            if (_position.Row >= _plan.Rows)
            {
                Position = new BatchPosition(_position.Epoch + 1, 0);
            }

            FillRow(batch, row, _plan.Row(_position.Row));
            _position = _position with { Row = _position.Row + 1 };
        }
    }

    /// <summary>Fills the first rows of a batch and leaves the others empty.</summary>
    public void FillPartly(Batch batch, int rows)
    {
        batch.TargetCount = 0;
        batch.TokenCount = 0;
        for (var row = 0; row < batch.Rows; row++)
        {
            if (row < rows)
            {
                FillRow(batch, row, _plan.Row(_position.Row));
                _position = _position with { Row = _position.Row + 1 };
            }
            else
            {
                FillRow(batch, row, []);
            }
        }
    }

    private RowPlan Plan(int epoch) => RowPlan.Create(_file, _length, _random?.Fork($"epoch {epoch}"));

    private void FillRow(Batch batch, int row, ReadOnlySpan<Piece> pieces)
    {
        var inputs = batch.Inputs.AsSpan(row * _length, _length);
        var targets = batch.Targets.AsSpan(row * _length, _length);
        var starts = batch.DocumentStart.AsSpan(row * _length, _length);
        var at = 0;
        foreach (var piece in pieces)
        {
            _file.Read(piece.Start, _words, 0, piece.Length + 1);
            for (var i = 0; i < piece.Length; i++)
            {
                inputs[at + i] = (int)(_words[i] & ~TokenFileWriter.TargetBit);
                var counts = (_words[i + 1] & TokenFileWriter.TargetBit) != 0;
                targets[at + i] = counts ? (int)(_words[i + 1] & ~TokenFileWriter.TargetBit) : Batch.Ignored;
                batch.TargetCount += counts ? 1 : 0;
            }

            starts.Slice(at, piece.Length).Fill(at);
            at += piece.Length;
        }

        batch.TokenCount += at;
        inputs[at..].Clear();
        targets[at..].Fill(Batch.Ignored);
        starts[at..].Fill(at);
    }
}
