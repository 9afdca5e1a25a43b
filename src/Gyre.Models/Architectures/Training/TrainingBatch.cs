namespace Gyre.Models.Architectures.Training;

/// <summary>The rows of one loss, with what their operations need; its arrays are reused from step to step.</summary>
internal sealed class TrainingBatch
{
    private int[] _inputs = [];
    private int[] _targets = [];
    private int[] _starts = [];
    private int[] _positions = [];
    private int[] _firstKeys = [];
    private int[] _shifted = [];
    private int[] _types = [];
    private int[] _wantedTargets = [];
    private int[] _virtual = [];
    private int[] _real = [];
    private int[] _realPlaces = [];
    private int _realCount;

    public int Rows { get; private set; }

    /// <summary>Tokens a row.</summary>
    public int Length { get; private set; }

    public float Scale { get; private set; }

    public ReadOnlySpan<int> Inputs => _inputs.AsSpan(0, Rows * Length);

    /// <summary>Each token's type.</summary>
    public ReadOnlySpan<int> Types => _types.AsSpan(0, Rows * Length);

    /// <summary>What is wanted of each token, or of those that are listed.</summary>
    public ReadOnlySpan<int> Targets => Wanted is null ? _targets.AsSpan(0, Rows * Length) : _wantedTargets;

    /// <summary>The tokens whose results are wanted; null for all.</summary>
    public int[]? Wanted { get; private set; }

    /// <summary>Each token's position in its document.</summary>
    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, Rows * Length);

    /// <summary>The longest document's length, or the row's when documents are not told apart.</summary>
    public int LongestDocument { get; private set; }

    public void Set(
        ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, ReadOnlySpan<int> documentStart, int rows, int length, float scale)
    {
        var count = rows * length;
        (Rows, Length, Scale) = (rows, length, scale);
        if (_inputs.Length < count)
        {
            (_inputs, _targets, _starts) = (new int[count], new int[count], new int[count]);
            (_positions, _firstKeys, _shifted) = (new int[count], new int[count], new int[count]);
            _types = new int[count];
        }

        (Wanted, HasVirtual) = (null, false);
        inputs.CopyTo(_inputs);
        targets.CopyTo(_targets);
        LongestDocument = 0;
        for (var i = 0; i < count; i++)
        {
            var token = i % length;
            _starts[i] = documentStart.IsEmpty ? 0 : documentStart[i];
            if (_starts[i] < 0 || _starts[i] > token)
            {
                throw new ArgumentException($"Compute a loss: document start {_starts[i]} at index {i} of a row; expected 0 to {token}.", nameof(documentStart));
            }

            _positions[i] = token - _starts[i];
            LongestDocument = Math.Max(LongestDocument, _positions[i] + 1);
        }
    }

    /// <summary>Where virtual tokens stand: for each token its own number, or behind all of them the number of the virtual token. Empty without any.</summary>
    public ReadOnlySpan<int> Virtual => _virtual.AsSpan(0, HasVirtual ? Rows * Length : 0);

    /// <summary>Virtual tokens stand before the documents.</summary>
    public bool HasVirtual { get; private set; }

    /// <summary>The ids of the tokens that are not virtual, in order.</summary>
    public ReadOnlySpan<int> RealInputs => _real.AsSpan(0, _realCount);

    /// <summary>The rows of embeddings to be put in order: those of <see cref="RealInputs"/>, behind them the virtual ones.</summary>
    public ReadOnlySpan<int> RealPlaces => _realPlaces.AsSpan(0, Rows * Length);

    /// <summary>As <see cref="Set(ReadOnlySpan{int}, ReadOnlySpan{int}, ReadOnlySpan{int}, int, int, float)"/>, with virtual tokens before each document. What is wanted stays in the order of the inputs; behind it come the first tokens of documents, when they are to be predicted.</summary>
    public void SetPrompted(
        ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, ReadOnlySpan<int> documentStart, int rows, int length, float scale, int tokens, bool predictsFirst)
    {
        var (firstPlaces, firstTargets) = (new List<int>(), new List<int>());
        var longest = 0;
        for (var row = 0; row < rows; row++)
        {
            var documents = 0;
            for (var t = 0; t < length; t++)
            {
                documents += (documentStart.IsEmpty ? 0 : documentStart[(row * length) + t]) == t ? 1 : 0;
            }

            longest = Math.Max(longest, length + (documents * tokens));
        }

        var (ids, starts, wanted) = (new int[rows * longest], new int[rows * longest], new int[rows * length]);
        for (var row = 0; row < rows; row++)
        {
            var (place, start) = (0, 0);
            for (var t = 0; t < length; t++)
            {
                var i = (row * length) + t;
                if ((documentStart.IsEmpty ? 0 : documentStart[i]) == t)
                {
                    start = place;
                    for (var k = 0; k < tokens; k++)
                    {
                        (ids[(row * longest) + place], starts[(row * longest) + place]) = (-1 - k, start);
                        place++;
                    }

                    if (predictsFirst && targets[i] >= 0)
                    {
                        firstPlaces.Add((row * longest) + place - 1);
                        firstTargets.Add(inputs[i]);
                    }
                }

                (ids[(row * longest) + place], starts[(row * longest) + place]) = (inputs[i], start);
                wanted[i] = (row * longest) + place++;
            }

            starts.AsSpan((row * longest) + place, longest - place).Fill(place); // What fills the row up is a document that nobody reads.
        }

        Set(ids, ids, starts, rows, longest, scale);
        (Wanted, _wantedTargets) = ([.. wanted, .. firstPlaces], [.. targets, .. firstTargets]);
        Arrange(ids);
    }

    /// <summary>Takes sources, whose rows end with their last tokens here: what fills them up stands in front, where first keys hide it.</summary>
    /// <param name="sources">[rows × length], filled up behind.</param>
    /// <param name="lengths">Tokens of each row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="length">Tokens of the longest row.</param>
    public void SetSources(ReadOnlySpan<int> sources, ReadOnlySpan<int> lengths, int rows, int length)
    {
        var inputs = new int[rows * length];
        var starts = new int[rows * length];
        var targets = new int[rows * length];
        for (var row = 0; row < rows; row++)
        {
            var filled = length - lengths[row];
            sources.Slice(row * length, lengths[row]).CopyTo(inputs.AsSpan((row * length) + filled));
            starts.AsSpan((row * length) + filled, lengths[row]).Fill(filled);
        }

        Set(inputs, targets, starts, rows, length, 1);
    }

    /// <summary>The first key that each token of answers sees of its row's source, when this batch is the sources'.</summary>
    /// <param name="answerLength">Tokens of a row of answers.</param>
    public int[] FirstSourceKeys(int answerLength)
    {
        var first = new int[Rows * answerLength];
        for (var row = 0; row < Rows; row++)
        {
            first.AsSpan(row * answerLength, answerLength).Fill(_starts[(row * Length) + Length - 1]);
        }

        return first;
    }

    /// <summary>Sets whole sequences with listed targets.</summary>
    public void Set(in WholeRows rows, int count, int length, float scale)
    {
        Set(rows.Inputs, rows.Inputs, [], count, length, scale);
        if (rows.Types.IsEmpty)
        {
            _types.AsSpan().Clear();
        }
        else
        {
            rows.Types.CopyTo(_types);
        }

        (Wanted, _wantedTargets) = (rows.Wanted, rows.Targets);
    }

    /// <summary>The positions, counted from <paramref name="first"/>; valid until the next call.</summary>
    public ReadOnlySpan<int> PositionsFrom(int first)
    {
        for (var i = 0; i < Rows * Length; i++)
        {
            _shifted[i] = _positions[i] + first;
        }

        return _shifted.AsSpan(0, Rows * Length);
    }

    /// <summary>The first key that each token sees: its document's start, or its window's.</summary>
    public ReadOnlySpan<int> FirstKeys(int window)
    {
        for (var i = 0; i < Rows * Length; i++)
        {
            _firstKeys[i] = window > 0 ? Math.Max(_starts[i], (i % Length) - window + 1) : _starts[i];
        }

        return _firstKeys.AsSpan(0, Rows * Length);
    }

    private void Arrange(int[] ids)
    {
        _realCount = ids.Count(id => id >= 0);
        (_real, _realPlaces, _virtual) = (new int[_realCount], new int[ids.Length], new int[ids.Length]);
        var real = 0;
        for (var i = 0; i < ids.Length; i++)
        {
            var number = -1 - ids[i];
            _virtual[i] = ids[i] < 0 ? ids.Length + number : i;
            _realPlaces[i] = ids[i] < 0 ? _realCount + number : real;
            if (ids[i] >= 0)
            {
                _real[real++] = ids[i];
            }
        }

        HasVirtual = true;
    }
}
