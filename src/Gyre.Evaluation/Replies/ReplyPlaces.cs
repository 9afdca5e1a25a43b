namespace Gyre.Evaluation.Replies;

/// <summary>Where the lines of keys begin: open addressing over 64 bits of the key, 16 bytes a place.</summary>
/// <remarks>Different keys may share their 64 bits; whoever looks a place up compares the whole key with the line's.</remarks>
internal sealed class ReplyPlaces
{
    private const int FewestPlaces = 1024;
    private ulong[] _marks = new ulong[FewestPlaces];
    private long[] _places = new long[FewestPlaces];

    public int Count { get; private set; }

    /// <summary>Adds a line.</summary>
    public void Add(ReplyKey key, long place)
    {
        if ((Count + 1) * 4L > _marks.Length * 3L)
        {
            Grow();
        }

        Insert(Mark(key), place);
        Count++;
    }

    /// <summary>The lines that may hold the key, the latest added not necessarily last.</summary>
    public IEnumerable<long> Find(ReplyKey key)
    {
        var mark = Mark(key);
        for (var at = At(mark); _marks[at] != 0; at = (at + 1) & (_marks.Length - 1))
        {
            if (_marks[at] == mark)
            {
                yield return _places[at];
            }
        }
    }

    // 0 marks a free place.
    private static ulong Mark(ReplyKey key) => Math.Max(1, (ulong)key.Digest);

    private int At(ulong mark) => (int)(mark & (ulong)(_marks.Length - 1));

    private void Insert(ulong mark, long place)
    {
        var at = At(mark);
        while (_marks[at] != 0)
        {
            at = (at + 1) & (_marks.Length - 1);
        }

        (_marks[at], _places[at]) = (mark, place);
    }

    private void Grow()
    {
        var (marks, places) = (_marks, _places);
        (_marks, _places) = (new ulong[marks.Length * 2], new long[marks.Length * 2]);
        for (var i = 0; i < marks.Length; i++)
        {
            if (marks[i] != 0)
            {
                Insert(marks[i], places[i]);
            }
        }
    }
}
