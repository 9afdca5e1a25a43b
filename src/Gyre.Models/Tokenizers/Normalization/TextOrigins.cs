namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>For each UTF-16 unit of a rewritten text the range of the original that it stands for. One thread at a time.</summary>
/// <remarks>A unit that the rewriting put in stands for an empty range: where it was put in.</remarks>
internal sealed class TextOrigins
{
    private int[] _starts = new int[256];
    private int[] _ends = new int[256];

    /// <summary>The number of units.</summary>
    public int Length { get; private set; }

    /// <summary>The range of one unit.</summary>
    public TextSpan this[int unit] => new(_starts[unit], _ends[unit]);

    /// <summary>Forgets every unit.</summary>
    public void Clear() => Length = 0;

    /// <summary>Shortens to a length.</summary>
    public void Truncate(int length) => Length = Math.Min(Length, length);

    /// <summary>Appends units that all stand for one range.</summary>
    public void Append(int count, int start, int end)
    {
        Reserve(count);
        _starts.AsSpan(Length, count).Fill(start);
        _ends.AsSpan(Length, count).Fill(end);
        Length += count;
    }

    /// <summary>Appends units that were copied as they are; both halves of a surrogate pair stand for the whole.</summary>
    public void AppendCopy(ReadOnlySpan<char> text, int start)
    {
        Reserve(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var width = Scanning.CharacterClasses.Width(text, i);
            Append(width, start + i, start + i + width);
            i += width;
        }
    }

    /// <summary>Drops units from the middle.</summary>
    public void Remove(int at, int count)
    {
        _starts.AsSpan(at + count, Length - at - count).CopyTo(_starts.AsSpan(at));
        _ends.AsSpan(at + count, Length - at - count).CopyTo(_ends.AsSpan(at));
        Length -= count;
    }

    /// <summary>Lets a unit stand for text further on as well.</summary>
    public void Extend(int unit, int end) => _ends[unit] = Math.Max(_ends[unit], end);

    /// <summary>Makes the ranges, which are in the text that a step read, ranges in what that text itself stands for.</summary>
    public void Through(TextOrigins earlier)
    {
        for (var i = 0; i < Length; i++)
        {
            (_starts[i], _ends[i]) = earlier.RangeOf(_starts[i], _ends[i]);
        }
    }

    /// <summary>The original range of a range of units; an empty one for units that were all put in.</summary>
    public TextSpan RangeOf(int start, int end)
    {
        if (start == end)
        {
            var place = start < Length ? _starts[start] : Length == 0 ? 0 : _ends[Length - 1];
            return new TextSpan(place, place);
        }

        var from = int.MaxValue;
        var to = int.MinValue;
        for (var i = start; i < end; i++)
        {
            if (_ends[i] > _starts[i])
            {
                from = Math.Min(from, _starts[i]);
                to = Math.Max(to, _ends[i]);
            }
        }

        return from == int.MaxValue ? new TextSpan(_starts[start], _starts[start]) : new TextSpan(from, to);
    }

    private void Reserve(int count)
    {
        if (_starts.Length - Length < count)
        {
            var room = (int)Math.Min(Math.Max(Length + (long)count, _starts.Length * 2L), Array.MaxLength);
            Array.Resize(ref _starts, room);
            Array.Resize(ref _ends, room);
        }
    }
}
