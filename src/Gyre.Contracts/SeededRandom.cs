using System.Numerics;
using System.Text;

namespace Gyre.Contracts;

/// <summary>
/// A small, fast random source whose sequence is fixed by its seed on every platform and .NET version.
/// </summary>
/// <remarks>
/// xoshiro256++ seeded by SplitMix64. Not safe for use by several threads at once and not for cryptography.
/// <para>Source: D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021.</para>
/// </remarks>
public sealed class SeededRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Creates a source from a seed; equal seeds give equal sequences.</summary>
    public SeededRandom(ulong seed)
    {
        _s0 = SplitMix64(ref seed);
        _s1 = SplitMix64(ref seed);
        _s2 = SplitMix64(ref seed);
        _s3 = SplitMix64(ref seed);
    }

    private SeededRandom(ulong s0, ulong s1, ulong s2, ulong s3) => (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);

    /// <summary>The four state words, enough to continue the sequence later with <see cref="Restore"/>.</summary>
    public (ulong S0, ulong S1, ulong S2, ulong S3) State => (_s0, _s1, _s2, _s3);

    /// <summary>Continues a sequence from a saved <see cref="State"/>.</summary>
    public static SeededRandom Restore((ulong S0, ulong S1, ulong S2, ulong S3) state) =>
        new(state.S0, state.S1, state.S2, state.S3);

    /// <summary>
    /// A child source that depends on this source's seed state and the label only; drawing from the child does not
    /// move this source, so independent parts of a job keep their sequences when another part changes.
    /// </summary>
    public SeededRandom Fork(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        var hash = 14695981039346656037UL;
        foreach (var value in Encoding.UTF8.GetBytes(label))
        {
            hash = (hash ^ value) * 1099511628211UL;
        }

        var mixed = _s0 ^ BitOperations.RotateLeft(_s1, 13) ^ BitOperations.RotateLeft(_s2, 29) ^ BitOperations.RotateLeft(_s3, 47);
        return new SeededRandom(mixed ^ hash);
    }

    /// <summary>The next 64 uniformly distributed bits.</summary>
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_s0 + _s3, 23) + _s0;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A uniform number in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform number in [0, 1) with 24 random bits.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1.0f / (1 << 24));

    /// <summary>A uniform integer in [0, <paramref name="exclusiveMaximum"/>), without modulo bias.</summary>
    public int NextInt32(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMaximum);
        var bound = (ulong)exclusiveMaximum;
        var product = Math.BigMul(NextUInt64(), bound, out var low);
        if (low < bound)
        {
            var threshold = (0UL - bound) % bound;
            while (low < threshold)
            {
                product = Math.BigMul(NextUInt64(), bound, out low);
            }
        }

        return (int)product;
    }

    /// <summary>A uniform integer in [<paramref name="minimum"/>, <paramref name="exclusiveMaximum"/>).</summary>
    public int NextInt32(int minimum, int exclusiveMaximum) => minimum + NextInt32(exclusiveMaximum - minimum);

    /// <summary>A normally distributed number with mean 0 and standard deviation 1 (Box–Muller, cosine half).</summary>
    public double NextGaussian()
    {
        var u = 1.0 - NextDouble();
        var v = NextDouble();
        return Math.Sqrt(-2.0 * Math.Log(u)) * Math.Cos(2.0 * Math.PI * v);
    }

    /// <summary>One element of a non-empty list, uniformly.</summary>
    public T Pick<T>(IReadOnlyList<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items[NextInt32(items.Count)];
    }

    /// <summary>Shuffles in place (Fisher–Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong SplitMix64(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
