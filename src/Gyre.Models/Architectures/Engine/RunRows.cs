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
    private bool _hasTypes;
    private bool _hasAdapters;

    public RunRows(int maxRows)
    {
        _maxRows = maxRows;
        _integers = NativeBuffer.OfFloats(5L * maxRows);
        _sequences = new NativeBuffer((long)maxRows * sizeof(SequenceRun));
    }

    /// <summary>How many more rows there is room for.</summary>
    public int Room => _maxRows - _rows;

    private int* Tokens => (int*)_integers.Floats;

    private int* Positions => Tokens + _maxRows;

    private int* RowSequences => Positions + _maxRows;

    private int* WantedRows => RowSequences + _maxRows;

    private int* TokenTypes => WantedRows + _maxRows;

    /// <summary>Rows whose results are wanted.</summary>
    public int Wanted => _wanted;

    public int Sequences => _sequenceCount;

    public void Clear() => (_rows, _sequenceCount, _wanted, _hasTypes, _hasAdapters) = (0, 0, 0, false, false);

    /// <summary>Adds a sequence's next tokens; there is room for them.</summary>
    /// <param name="sequence">Position, length and pages of the sequence; its rows are set here.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="wanted">The rows whose results are wanted, counted from the last one back.</param>
    public void Add(SequenceRun sequence, ReadOnlySpan<int> tokens, int wanted)
    {
        for (var i = tokens.Length - wanted; i < tokens.Length; i++)
        {
            WantedRows[_wanted++] = _rows + i;
        }

        Add(sequence, tokens);
    }

    /// <summary>Adds a whole sequence with its tokens' types; there is room for it.</summary>
    /// <param name="sequence">The pages of the sequence; its rows are set here.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="types">Each token's type; empty when all are 0.</param>
    /// <param name="wanted">The tokens whose results are wanted, ascending.</param>
    public void AddWhole(SequenceRun sequence, ReadOnlySpan<int> tokens, ReadOnlySpan<int> types, ReadOnlySpan<int> wanted)
    {
        var ofTokens = new Span<int>(TokenTypes + _rows, tokens.Length);
        if (types.IsEmpty)
        {
            ofTokens.Clear();
        }
        else
        {
            types.CopyTo(ofTokens);
            _hasTypes = true;
        }

        foreach (var token in wanted)
        {
            WantedRows[_wanted++] = _rows + token;
        }

        Add(sequence, tokens);
    }

    private void Add(SequenceRun sequence, ReadOnlySpan<int> tokens)
    {
        (sequence.FirstRow, sequence.Rows) = (_rows, tokens.Length);
        ((SequenceRun*)_sequences.Bytes)[_sequenceCount] = sequence;
        _hasAdapters |= sequence.Adapter is not null;
        for (var i = 0; i < tokens.Length; i++)
        {
            Tokens[_rows] = tokens[i];
            Positions[_rows] = sequence.Position + i;
            RowSequences[_rows] = _sequenceCount;
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
        TokenTypes = _hasTypes ? TokenTypes : null,
        Positions = Positions,
        RowSequences = RowSequences,
        Sequences = (SequenceRun*)_sequences.Bytes,
        SequenceCount = _sequenceCount,
        HasAdapters = _hasAdapters,
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
