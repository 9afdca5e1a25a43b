using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gyre.Training.Curation.Balancing;

/// <summary>Which split a group belongs to: by a digest of the seed and the group, so that a group is never in two, whatever else is in the dataset.</summary>
/// <remarks>Shares are met in the mean over groups, not exactly: a group moves as a whole. Immutable.</remarks>
public sealed class SplitPlan
{
    private readonly double[] _bounds;
    private readonly ulong _seed;

    /// <summary>A plan.</summary>
    /// <param name="shares">The splits with their shares, above 0; they are scaled to a sum of 1.</param>
    /// <param name="seed">Another seed gives other splits.</param>
    /// <exception cref="ArgumentException">There are no splits, more than 100, or a share is not above 0.</exception>
    public SplitPlan(IReadOnlyDictionary<string, double> shares, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(shares);
        if (shares.Count is 0 or > 100 || shares.Values.Any(share => !(share > 0 && double.IsFinite(share))))
        {
            throw new ArgumentException("Plan splits: expected 1 to 100 splits with shares above 0.", nameof(shares));
        }

        Names = [.. shares.Keys.Order(StringComparer.Ordinal)];
        _seed = seed;
        var sum = shares.Values.Sum();
        var bound = 0.0;
        _bounds = [.. Names.Select(name => bound += shares[name] / sum)];
    }

    /// <summary>The splits by name.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The split of a group, as a place in <see cref="Names"/>.</summary>
    public int Of(string group)
    {
        ArgumentNullException.ThrowIfNull(group);
        var bytes = new byte[sizeof(ulong) + Encoding.UTF8.GetByteCount(group)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _seed);
        Encoding.UTF8.GetBytes(group, bytes.AsSpan(sizeof(ulong)));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        var place = (BinaryPrimitives.ReadUInt64BigEndian(digest) >> 11) * (1.0 / (1UL << 53));
        var split = Array.FindIndex(_bounds, bound => place < bound);
        return split < 0 ? _bounds.Length - 1 : split;
    }
}
