namespace Gyre.Models.Architectures.Engine;

/// <summary>Numbers that are added to attention scores; layers with equal ones use the same.</summary>
/// <remarks>Owns: its memory.</remarks>
internal sealed unsafe class ScoreBiases : IDisposable
{
    private readonly AttentionSpec? _attention;

    private ScoreBiases(AttentionSpec? attention) => _attention = attention;

    /// <summary>Nothing is added.</summary>
    public static ScoreBiases None { get; } = new(null);

    /// <summary>What the scores of each query head grow by from one key to the next; null for none.</summary>
    public NativeBuffer? Slopes { get; private init; }

    /// <summary>[head][2·<see cref="MaxDistance"/> + 1]: what is added at each distance; null for none.</summary>
    public NativeBuffer? Distances { get; private init; }

    /// <summary>The distance from which on <see cref="Distances"/> do not change.</summary>
    public int MaxDistance { get; private init; }

    /// <summary>Reads or computes what an attention adds.</summary>
    public static ScoreBiases Of(AttentionSpec attention, EngineWeights weights) => new(attention)
    {
        Slopes = attention.AlibiSlopes.Count == 0 ? null : SlopesOf(attention.AlibiSlopes),
        Distances = attention.Relative is { } relative ? DistancesOf(relative, weights) : null,
        MaxDistance = attention.Relative?.MaxDistance ?? 0,
    };

    /// <summary>Whether an attention adds the same numbers.</summary>
    public bool IsOf(AttentionSpec attention) =>
        _attention is not null && _attention.Relative == attention.Relative && _attention.AlibiSlopes.SequenceEqual(attention.AlibiSlopes);

    public void Dispose()
    {
        Slopes?.Dispose();
        Distances?.Dispose();
    }

    private static NativeBuffer SlopesOf(IReadOnlyList<float> slopes)
    {
        var buffer = NativeBuffer.OfFloats(slopes.Count);
        for (var head = 0; head < slopes.Count; head++)
        {
            buffer.Floats[head] = slopes[head];
        }

        return buffer;
    }

    private static NativeBuffer DistancesOf(RelativePositions relative, EngineWeights weights)
    {
        var (max, heads) = (relative.MaxDistance, relative.Heads);
        var length = (2 * max) + 1;
        var buffer = NativeBuffer.OfFloats((long)heads * length);
        var table = weights.Matrix(relative.Table);
        var row = new float[heads];
        for (var distance = -max; distance <= max; distance++)
        {
            table.CopyRow(relative.Bucket(distance), row);
            for (var head = 0; head < heads; head++)
            {
                buffer.Floats[((long)head * length) + max + distance] = row[head];
            }
        }

        return buffer;
    }
}
