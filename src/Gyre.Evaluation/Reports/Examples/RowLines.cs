namespace Gyre.Evaluation.Reports.Examples;

/// <summary>The lines of an experiment's rows, one after another, in the memory of the longest.</summary>
internal sealed class RowLines : IDisposable
{
    /// <summary>A row of 16 MiB with the answers of many candidates stays below.</summary>
    internal const int MostLineBytes = 128 << 20;

    private readonly string _path;
    private readonly FileStream _stream;
    private byte[] _buffer = new byte[1 << 16];
    private int _from;
    private int _to;

    public RowLines(string path)
    {
        _path = path;
        try
        {
            _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(_path, error);
        }
    }

    /// <summary>The number of the line that was read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The file.</summary>
    public string Path => _path;

    /// <summary>Where the next line begins in the file.</summary>
    public long Position { get; private set; }

    /// <summary>Reads a line; it is valid until the next is read. An empty file has no line, and a last line needs no end.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var end = _buffer.AsSpan(_from + searched, _to - _from - searched).IndexOf((byte)'\n');
            if (end >= 0)
            {
                line = _buffer.AsMemory(_from, searched + end);
                _from += searched + end + 1;
                Position += searched + end + 1;
                Number++;
                return true;
            }

            searched = _to - _from;
            if (Fill())
            {
                continue;
            }

            line = _buffer.AsMemory(_from, searched);
            _from = _to;
            Position += searched;
            Number += searched > 0 ? 1 : 0;
            return searched > 0;
        }
    }

    public EvaluationException Damaged(string what, Exception? cause = null) => Damaged(_path, Number, what, cause);

    /// <summary>That a line is not what it should be.</summary>
    public static EvaluationException Damaged(string path, long number, string what, Exception? cause = null) => new(
        "EVA0043", $"Reading the rows of an experiment failed: line {number} {what} File: {path}. Run the experiment again, which writes the file anew; replies are kept.", cause);

    /// <summary>That the file cannot be read.</summary>
    public static EvaluationException Unreadable(string path, Exception error) => new(
        "EVA0046", $"Reading the rows of an experiment failed: {error.Message} File: {path}. Expected the rows.jsonl that an experiment leaves in its folder; check the path and its permissions.", error);

    public void Dispose() => _stream.Dispose();

    private bool Fill()
    {
        if (_from > 0)
        {
            _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
            (_from, _to) = (0, _to - _from);
        }

        if (_to == _buffer.Length)
        {
            if (_to >= MostLineBytes)
            {
                Number++;
                throw Damaged($"has more than {MostLineBytes} bytes; a row is expected to be shorter.");
            }

            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        try
        {
            var count = _stream.Read(_buffer, _to, _buffer.Length - _to);
            _to += count;
            return count > 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(_path, error);
        }
    }
}
