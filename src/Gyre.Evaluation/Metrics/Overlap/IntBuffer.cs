namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Numbers that grow at the end and are used again.</summary>
internal sealed class IntBuffer
{
    private int[] _numbers = new int[64];

    public int Length { get; private set; }

    public int Capacity => _numbers.Length;

    public Span<int> Span => _numbers.AsSpan(0, Length);

    public int this[int index] => _numbers[index];

    public void Clear() => Length = 0;

    public void Add(int number)
    {
        if (Length == _numbers.Length)
        {
            Array.Resize(ref _numbers, _numbers.Length * 2);
        }

        _numbers[Length++] = number;
    }

    /// <summary>Room for so many numbers behind the last one; those that are written count once <see cref="Advance"/> says so.</summary>
    public Span<int> Room(int most)
    {
        if (_numbers.Length - Length < most)
        {
            Array.Resize(ref _numbers, Math.Max(Length + most, _numbers.Length * 2));
        }

        return _numbers.AsSpan(Length, most);
    }

    /// <summary>Makes the first numbers of <see cref="Room"/> part of the buffer.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Makes the buffer this long; what it holds is left over from before.</summary>
    public Span<int> Resize(int length)
    {
        if (length > _numbers.Length)
        {
            _numbers = new int[Math.Max(length, _numbers.Length * 2)];
        }

        Length = length;
        return Span;
    }

    /// <summary>Makes the buffer this long, every number the given one.</summary>
    public Span<int> Fill(int length, int number)
    {
        var span = Resize(length);
        span.Fill(number);
        return span;
    }
}
