namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>A growing row of UTF-16 units that is reused between texts. One thread at a time.</summary>
internal sealed class CharBuffer
{
    private const int KeptUnits = 1 << 22;

    private char[] _units = new char[256];
    private int _maxLength = Array.MaxLength;
    private int _originStart;
    private int _originEnd;

    /// <summary>Where each unit comes from; null when nobody asks.</summary>
    public TextOrigins? Origins { get; init; }

    /// <summary>The number of units written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until the next change.</summary>
    public Span<char> Written => _units.AsSpan(0, Length);

    /// <summary>Forgets what was written, and the room that an unusually long text needed.</summary>
    /// <param name="maxLength">The most units that may be written from now on; one more is RUN0114.</param>
    public void Clear(int maxLength = int.MaxValue)
    {
        _maxLength = Math.Min(maxLength, Array.MaxLength);
        Length = 0;
        _originStart = _originEnd = 0;
        Origins?.Clear();
        if (_units.Length > KeptUnits)
        {
            _units = new char[256];
        }
    }

    /// <summary>Shortens to a length.</summary>
    public void Truncate(int length)
    {
        Length = length;
        Origins?.Truncate(length);
    }

    /// <summary>Drops units from the middle.</summary>
    public void Remove(int at, int count)
    {
        _units.AsSpan(at + count, Length - at - count).CopyTo(_units.AsSpan(at));
        Length -= count;
        Origins?.Remove(at, count);
    }

    /// <summary>Says which range of the read text the units appended from now on stand for; empty for what is put in.</summary>
    public void From(int start, int end)
    {
        _originStart = start;
        _originEnd = end;
    }

    /// <summary>Appends a part of the read text as it is.</summary>
    /// <param name="text">The part.</param>
    /// <param name="start">Where it begins in the read text.</param>
    public void Copy(ReadOnlySpan<char> text, int start) => text.CopyTo(Extend(text, start));

    /// <summary>Makes room for a part of the read text that is to be written unit by unit, and returns it.</summary>
    public Span<char> Extend(ReadOnlySpan<char> text, int start)
    {
        var room = Grown(text.Length);
        Origins?.AppendCopy(text, start);
        return room;
    }

    /// <summary>Appends one unit.</summary>
    public void Append(char unit)
    {
        Extend(1)[0] = unit;
    }

    /// <summary>Appends text.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        text.CopyTo(Extend(text.Length));
    }

    /// <summary>Makes the buffer longer and returns the new part, to be filled by the caller.</summary>
    public Span<char> Extend(int count)
    {
        var room = Grown(count);
        Origins?.Append(count, _originStart, _originEnd);
        return room;
    }

    private Span<char> Grown(int count)
    {
        if (_maxLength - Length < count)
        {
            throw TokenizerErrors.NormalizedTooLong(_maxLength);
        }

        if (_units.Length - Length < count)
        {
            Grow(Length + count);
        }

        Length += count;
        return _units.AsSpan(Length - count, count);
    }

    private void Grow(int needed) => Array.Resize(ref _units, (int)Math.Min(Math.Max(needed, _units.Length * 2L), Array.MaxLength));
}
