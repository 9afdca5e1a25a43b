using System.Numerics;

namespace Gyre.Models.Encoders;

/// <summary>Makes one vector of a text's token vectors.</summary>
internal static class Pooling
{
    private static readonly PoolingModes[] Order =
        [PoolingModes.FirstToken, PoolingModes.Largest, PoolingModes.Mean, PoolingModes.MeanOfRoot, PoolingModes.WeightedMean, PoolingModes.LastToken];

    /// <summary>The only rows that the modes look at, or null when they look at all.</summary>
    public static int[]? RowsOf(PoolingModes modes, int tokens) => modes switch
    {
        PoolingModes.FirstToken => [0],
        PoolingModes.LastToken => [tokens - 1],
        _ => null,
    };

    /// <summary>How many times as wide as a token's vector the result is.</summary>
    public static int Widening(PoolingModes modes) => BitOperations.PopCount((uint)modes);

    /// <summary>Pools rows [tokens, width] from the row <paramref name="first"/> on.</summary>
    public static void Pool(PoolingModes modes, ReadOnlySpan<float> rows, int width, int first, Span<float> destination)
    {
        var tokens = rows.Length / width;
        first = Math.Min(first, tokens - 1);
        rows = rows[(first * width)..];
        foreach (var mode in Order)
        {
            if (modes.HasFlag(mode))
            {
                PoolOne(mode, rows, width, destination[..width]);
                destination = destination[width..];
            }
        }
    }

    private static void PoolOne(PoolingModes mode, ReadOnlySpan<float> rows, int width, Span<float> destination)
    {
        var tokens = rows.Length / width;
        rows[..width].CopyTo(destination);
        switch (mode)
        {
            case PoolingModes.FirstToken:
                break;
            case PoolingModes.LastToken:
                rows[^width..].CopyTo(destination);
                break;
            case PoolingModes.Largest:
                for (var row = 1; row < tokens; row++)
                {
                    VectorRows.Max(rows.Slice(row * width, width), destination);
                }

                break;
            case PoolingModes.WeightedMean:
                for (var row = 1; row < tokens; row++)
                {
                    VectorRows.AddScaled(rows.Slice(row * width, width), row + 1f, destination);
                }

                VectorRows.Divide(destination, tokens * (tokens + 1L) / 2);
                break;
            default:
                for (var row = 1; row < tokens; row++)
                {
                    VectorRows.Add(rows.Slice(row * width, width), destination);
                }

                VectorRows.Divide(destination, mode == PoolingModes.Mean ? tokens : MathF.Sqrt(tokens));
                break;
        }
    }
}
