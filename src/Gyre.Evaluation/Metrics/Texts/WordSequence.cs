namespace Gyre.Evaluation.Metrics.Texts;

/// <summary>Texts as numbers of words, equal for words equal without case; several texts may share one vocabulary.</summary>
internal sealed class WordSequence
{
    private readonly Dictionary<string, int> _vocabulary = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public WordSequence() => _lookup = _vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();

    public int[] Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var numbers = new List<int>();
        var words = new Words(text);
        while (words.TryNext())
        {
            if (!_lookup.TryGetValue(words.Current, out var number))
            {
                _lookup[words.Current] = number = _vocabulary.Count;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }
}
