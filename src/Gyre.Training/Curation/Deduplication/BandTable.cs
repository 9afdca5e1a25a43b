using System.Numerics;
using Gyre.Training.Curation.Words;

namespace Gyre.Training.Curation.Deduplication;

/// <summary>One band of many signatures: the numbers of those with the same hashes in it.</summary>
/// <remarks>Cost: 12 to 16 bytes of memory a number.</remarks>
internal sealed class BandTable
{
    private int[] _heads = new int[64];
    private int[] _next = new int[64];
    private uint[] _tags = new uint[64];
    private int _count;

    /// <summary>The key of a band of a signature.</summary>
    public static ulong KeyOf(ReadOnlySpan<uint> band)
    {
        var key = 0x9E3779B97F4A7C15UL;
        foreach (var hash in band)
        {
            key = WordHashes.Mix(key + hash);
        }

        return key;
    }

    /// <summary>Adds the next number, beginning with 0.</summary>
    public void Add(ulong key)
    {
        if (_count == _next.Length)
        {
            Grow();
        }

        var tag = (uint)key;
        ref var head = ref _heads[tag & (uint)(_heads.Length - 1)];
        (_tags[_count], _next[_count]) = (tag, head);
        head = ++_count; // One more than the number, so that 0 ends a chain.
    }

    /// <summary>Appends the numbers with a key, the newest first. Keys that share their low 32 bits are not told apart.</summary>
    public void Find(ulong key, List<int> destination)
    {
        var tag = (uint)key;
        for (var link = _heads[tag & (uint)(_heads.Length - 1)]; link != 0; link = _next[link - 1])
        {
            if (_tags[link - 1] == tag)
            {
                destination.Add(link - 1);
            }
        }
    }

    private void Grow()
    {
        Array.Resize(ref _next, _next.Length * 2);
        Array.Resize(ref _tags, _tags.Length * 2);
        _heads = new int[(int)BitOperations.RoundUpToPowerOf2((uint)_next.Length)];
        for (var number = 0; number < _count; number++)
        {
            ref var head = ref _heads[_tags[number] & (uint)(_heads.Length - 1)];
            _next[number] = head;
            head = number + 1;
        }
    }
}
