namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>A growing row of UTF-16 units that is reused between texts. One thread at a time.</summary>
internal sealed class CharBuffer
{
    private const int KeptUnits = 1 << 22;

    private char[] _units = new char[256];

    /// <summary>The number of units written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until the next change.</summary>
    public Span<char> Written => _units.AsSpan(0, Length);

    /// <summary>Forgets what was written, and the room that an unusually long text needed.</summary>
    public void Clear()
    {
        Length = 0;
        if (_units.Length > KeptUnits)
        {
            _units = new char[256];
        }
    }

    /// <summary>Shortens to a length.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Appends one unit.</summary>
    public void Append(char unit)
    {
        if (Length == _units.Length)
        {
            Array.Resize(ref _units, _units.Length * 2);
        }

        _units[Length++] = unit;
    }

    /// <summary>Appends text.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        text.CopyTo(Extend(text.Length));
    }

    /// <summary>Makes the buffer longer and returns the new part, to be filled by the caller.</summary>
    public Span<char> Extend(int count)
    {
        if (_units.Length - Length < count)
        {
            Array.Resize(ref _units, Math.Max(checked(Length + count), Math.Min(_units.Length * 2, KeptUnits)));
        }

        Length += count;
        return _units.AsSpan(Length - count, count);
    }
}
