using Gyre.Contracts;

namespace Gyre.Training.Curation.Deduplication;

/// <summary>Signatures of sets: the share of equal hashes in two of them estimates how much the sets share.</summary>
/// <remarks>
/// Each hash is the least value of a multiply-shift function over the set.
/// <para>Source: A. Broder, "On the resemblance and containment of documents", 1997; M. Dietzfelbinger et al., 1997, for the functions.</para>
/// </remarks>
internal sealed class MinHash
{
    private readonly ulong[] _factors;
    private readonly ulong[] _terms;

    public MinHash(int hashes, ulong seed)
    {
        var random = new SeededRandom(seed).Fork("minhash");
        (_factors, _terms) = (new ulong[hashes], new ulong[hashes]);
        for (var i = 0; i < hashes; i++)
        {
            _factors[i] = random.NextUInt64() | 1;
            _terms[i] = random.NextUInt64();
        }
    }

    public int Hashes => _factors.Length;

    /// <summary>The signature of a set; all ones for an empty one.</summary>
    public uint[] Sign(ReadOnlySpan<ulong> set)
    {
        var signature = new uint[_factors.Length];
        for (var i = 0; i < signature.Length; i++)
        {
            var (factor, term, least) = (_factors[i], _terms[i], uint.MaxValue);
            foreach (var value in set)
            {
                least = Math.Min(least, (uint)(((value * factor) + term) >> 32));
            }

            signature[i] = least;
        }

        return signature;
    }

    /// <summary>The share of equal hashes.</summary>
    public static double Estimate(ReadOnlySpan<uint> one, ReadOnlySpan<uint> other)
    {
        var equal = 0;
        for (var i = 0; i < one.Length; i++)
        {
            equal += one[i] == other[i] ? 1 : 0;
        }

        return (double)equal / one.Length;
    }
}
