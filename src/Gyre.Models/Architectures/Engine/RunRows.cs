namespace Gyre.Models.Architectures.Engine;

/// <summary>The rows of one run of a plan while they are being collected.</summary>
/// <remarks>Owns: its memory.</remarks>
internal sealed unsafe class RunRows : IDisposable
{
    private readonly int _maxRows;
    private readonly NativeBuffer _integers;
    private readonly NativeBuffer _sequences;
    private int _rows;
    private int _sequenceCount;
    private int _wanted;

    public RunRows(int maxRows)
    {
        _maxRows = maxRows;
        _integers = NativeBuffer.OfFloats(4L * maxRows);
        _sequences = new NativeBuffer((long)maxRows * sizeof(SequenceRun));
    }

    /// <summary>How many more rows there is room for.</summary>
    public int Room => _maxRows - _rows;

    private int* Tokens => (int*)_integers.Floats;

    private int* Positions => Tokens + _maxRows;

    private int* RowSequences => Positions + _maxRows;

    private int* WantedRows => RowSequences + _maxRows;

    public void Clear() => (_rows, _sequenceCount, _wanted) = (0, 0, 0);

    /// <summary>Adds a sequence's next tokens; there is room for them.</summary>
    /// <param name="sequence">Position, length and pages of the sequence; its rows are set here.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="wanted">The rows whose results are wanted, counted from the last one back.</param>
    public void Add(SequenceRun sequence, ReadOnlySpan<int> tokens, int wanted)
    {
        (sequence.FirstRow, sequence.Rows) = (_rows, tokens.Length);
        ((SequenceRun*)_sequences.Bytes)[_sequenceCount] = sequence;
        for (var i = 0; i < tokens.Length; i++)
        {
            Tokens[_rows] = tokens[i];
            Positions[_rows] = sequence.Position + i;
            RowSequences[_rows] = _sequenceCount;
            if (i >= tokens.Length - wanted)
            {
                WantedRows[_wanted++] = _rows;
            }

            _rows++;
        }

        _sequenceCount++;
    }

    /// <summary>The run over what was added.</summary>
    /// <param name="results">Receives the results of the wanted rows.</param>
    public PlanRun ToRun(float* results) => new()
    {
        Tokens = Tokens,
        Rows = _rows,
        Positions = Positions,
        RowSequences = RowSequences,
        Sequences = (SequenceRun*)_sequences.Bytes,
        SequenceCount = _sequenceCount,
        WantedRows = WantedRows,
        Wanted = results is null ? 0 : _wanted,
        Results = results,
    };

    public void Dispose()
    {
        _integers.Dispose();
        _sequences.Dispose();
    }
}
