namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Characters that grow at the end and are used again.</summary>
internal sealed class CharBuffer
{
    private char[] _characters = new char[512];

    public int Length { get; private set; }

    public int Capacity => _characters.Length;

    public ReadOnlySpan<char> Span => _characters.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Append(char character)
    {
        if (Length == _characters.Length)
        {
            Grow(Length + 1);
        }

        _characters[Length++] = character;
    }

    public void Append(ReadOnlySpan<char> characters) => characters.CopyTo(Extend(characters.Length));

    /// <summary>Room for more characters at the end, which the caller fills.</summary>
    public Span<char> Extend(int length)
    {
        if (_characters.Length - Length < length)
        {
            Grow(Length + length);
        }

        var room = _characters.AsSpan(Length, length);
        Length += length;
        return room;
    }

    private void Grow(int least) => Array.Resize(ref _characters, Math.Max(least, checked(_characters.Length * 2)));
}
