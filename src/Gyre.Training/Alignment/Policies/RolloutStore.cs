using Gyre.Training.Alignment.Pairs;

namespace Gyre.Training.Alignment.Policies;

/// <summary>One round of answers as one array of numbers, so that a checkpoint between two rounds of updates holds it exactly.</summary>
/// <remarks>Ids below 2²⁴ and single-precision results are held exactly; scores are rounded to single precision when they are written.</remarks>
internal sealed class RolloutStore
{
    private const int Head = 4;
    private readonly IReadOnlyList<int[]> _prompts;
    private readonly int _most;
    private readonly int _width;
    private readonly float[] _numbers;

    /// <param name="prompts">All prompts, by their number.</param>
    /// <param name="count">Answers of a round.</param>
    /// <param name="most">The most tokens of an answer.</param>
    public RolloutStore(IReadOnlyList<int[]> prompts, int count, int most)
    {
        (_prompts, _most, _width, Count) = (prompts, most, Head + (4 * most), count);
        _numbers = new float[count * _width];
    }

    /// <summary>Answers of a round.</summary>
    public int Count { get; }

    /// <summary>Rows and columns.</summary>
    public IReadOnlyList<int> Shape => [Count, _width];

    /// <summary>The numbers themselves.</summary>
    public Span<float> Numbers => _numbers;

    public void Write(int answer, int prompt, ReadOnlySpan<int> tokens, bool hasEnded, double score, double[] before, double[] reference, double[]? values)
    {
        var row = _numbers.AsSpan(answer * _width, _width);
        row.Clear();
        (row[0], row[1], row[2], row[3]) = (prompt, tokens.Length, hasEnded ? 1 : 0, (float)score);
        for (var i = 0; i < tokens.Length; i++)
        {
            row[Head + i] = tokens[i];
            row[Head + _most + i] = (float)before[i];
            row[Head + (2 * _most) + i] = (float)reference[i];
            row[Head + (3 * _most) + i] = values is null ? 0 : (float)values[i];
        }
    }

    public double Score(int answer) => _numbers[(answer * _width) + 3];

    public bool HasEnded(int answer) => _numbers[(answer * _width) + 2] != 0;

    public EncodedAnswer[] Answers() =>
        [.. Enumerable.Range(0, Count).Select(i => new EncodedAnswer(_prompts[(int)_numbers[i * _width]], [.. Row(i, 0).Select(id => (int)id)]))];

    public double[][] Before() => [.. Enumerable.Range(0, Count).Select(i => Row(i, 1))];

    public double[][] Reference() => [.. Enumerable.Range(0, Count).Select(i => Row(i, 2))];

    public double[][] Values() => [.. Enumerable.Range(0, Count).Select(i => Row(i, 3))];

    private double[] Row(int answer, int part) =>
        [.. _numbers.AsSpan((answer * _width) + Head + (part * _most), (int)_numbers[(answer * _width) + 1]).ToArray().Select(value => (double)value)];
}
