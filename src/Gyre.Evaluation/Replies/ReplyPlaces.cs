namespace Gyre.Evaluation.Replies;

/// <summary>Where the lines of keys begin: open addressing over 32 bits of the key, 12 bytes a place.</summary>
/// <remarks>Different keys may share their 32 bits; whoever looks a place up compares the whole key with the line's.</remarks>
internal sealed class ReplyPlaces
{
    private const int FewestPlaces = 1024;
    private uint[] _marks = new uint[FewestPlaces];
    private long[] _places = new long[FewestPlaces];

    public int Count { get; private set; }

    /// <summary>Makes room for so many lines at once, so that nothing is copied and left behind on the way there.</summary>
    public void Reserve(long lines)
    {
        var places = Math.Max(FewestPlaces, (lines * 4 / 3) + 1);
        if (places > _marks.Length && places <= Array.MaxLength)
        {
            Resize((int)places);
        }
    }

    /// <summary>Adds a line.</summary>
    public void Add(ReplyKey key, long place)
    {
        if ((Count + 1) * 4L > _marks.Length * 3L)
        {
            Resize(checked(_marks.Length * 2));
        }

        Insert(Mark(key), place);
        Count++;
    }

    /// <summary>The lines that may hold the key, the latest added not necessarily last.</summary>
    public IEnumerable<long> Find(ReplyKey key)
    {
        var mark = Mark(key);
        for (var at = At(mark); _marks[at] != 0; at = Next(at))
        {
            if (_marks[at] == mark)
            {
                yield return _places[at];
            }
        }
    }

    // 0 marks a free place.
    private static uint Mark(ReplyKey key) => Math.Max(1, (uint)key.Digest);

    private int At(uint mark) => (int)(((ulong)mark * (ulong)_marks.Length) >> 32);

    private int Next(int at) => at + 1 == _marks.Length ? 0 : at + 1;

    private void Insert(uint mark, long place)
    {
        var at = At(mark);
        while (_marks[at] != 0)
        {
            at = Next(at);
        }

        (_marks[at], _places[at]) = (mark, place);
    }

    private void Resize(int length)
    {
        var (marks, places) = (_marks, _places);
        (_marks, _places) = (new uint[length], new long[length]);
        for (var i = 0; i < marks.Length; i++)
        {
            if (marks[i] != 0)
            {
                Insert(marks[i], places[i]);
            }
        }
    }
}
