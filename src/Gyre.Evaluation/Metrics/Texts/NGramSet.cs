namespace Gyre.Evaluation.Metrics.Texts;

/// <summary>Counts distinct n-grams exactly: an n-gram is numbered by the number of its beginning and its last word.</summary>
internal sealed class NGramSet
{
    private readonly int _length;
    private readonly Dictionary<(int Beginning, int Word), int>[] _levels;

    /// <param name="length">Words of an n-gram, 1 or more.</param>
    public NGramSet(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 16);
        _length = length;
        _levels = [.. Enumerable.Range(0, length).Select(_ => new Dictionary<(int, int), int>())];
    }

    public long Total { get; private set; }

    public int Distinct => _levels[^1].Count;

    public void Add(ReadOnlySpan<int> words)
    {
        for (var start = 0; start + _length <= words.Length; start++)
        {
            var number = -1;
            for (var level = 0; level < _length; level++)
            {
                var key = (number, words[start + level]);
                if (!_levels[level].TryGetValue(key, out number))
                {
                    number = _levels[level].Count;
                    _levels[level].Add(key, number);
                }
            }

            Total++;
        }
    }
}
