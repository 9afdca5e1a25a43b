namespace Gyre.Models.Architectures;

/// <summary>What attention scores grow by with the distance between key and query: a learned number for each head and bucket of distances.</summary>
/// <remarks>Source: Raffel et al. 2020 (T5), section 2.1, and the reference implementation's buckets.</remarks>
/// <param name="Table">[buckets, heads]; layers may share it.</param>
/// <param name="MaxDistance">Distances from here on share the last bucket.</param>
/// <param name="IsBidirectional">Half of the buckets are for keys behind the query; otherwise all are for keys up to it.</param>
internal sealed record RelativePositions(WeightSpec Table, int MaxDistance, bool IsBidirectional)
{
    public int Buckets => Table.Rows;

    public int Heads => Table.Columns;

    /// <summary>The bucket of a distance.</summary>
    /// <param name="distance">The key's position minus the query's.</param>
    public int Bucket(int distance)
    {
        var buckets = Buckets;
        var first = 0;
        if (IsBidirectional)
        {
            buckets /= 2;
            first = distance > 0 ? buckets : 0;
            distance = Math.Abs(distance);
        }
        else
        {
            distance = -Math.Min(distance, 0);
        }

        var exact = buckets / 2;
        if (distance < exact)
        {
            return first + distance;
        }

        // In single precision, as the reference: at the edges of buckets a last digit decides.
        var share = MathF.Log((float)distance / exact) / (float)Math.Log((double)MaxDistance / exact);
        return first + Math.Min(buckets - 1, exact + (int)(share * (buckets - exact)));
    }
}
