using Gyre.Models.Architectures;
using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Training.Compression.Pruning;

/// <summary>The length of each input of matrices over a text: the root of the sum of its squares.</summary>
internal sealed class InputNorms(ThreadTeam team)
{
    private const int ShareColumns = 64;

    private readonly Dictionary<string, double[]> _squares = new(StringComparer.Ordinal);

    /// <summary>Adds what goes into a matrix: [tokens, inputs].</summary>
    public void Add(DecoderMatrix matrix, Tensor rows)
    {
        var columns = rows.Shape[^1];
        if (!_squares.TryGetValue(matrix.Parameter.Name, out var squares))
        {
            _squares.Add(matrix.Parameter.Name, squares = new double[columns]);
        }

        var count = (int)(rows.Length / columns);
        team.For((columns + ShareColumns - 1) / ShareColumns, share =>
        {
            // Each column's squares add up in the order of the rows, whoever adds them.
            var values = rows.Span;
            var (begin, end) = (share * ShareColumns, Math.Min(columns, (share + 1) * ShareColumns));
            for (var row = 0; row < count; row++)
            {
                var at = row * columns;
                for (var c = begin; c < end; c++)
                {
                    squares[c] += (double)values[at + c] * values[at + c];
                }
            }
        });
    }

    /// <summary>The lengths of a matrix's inputs.</summary>
    public float[] Of(DecoderMatrix matrix) => [.. _squares[matrix.Parameter.Name].Select(square => (float)Math.Sqrt(square))];
}
