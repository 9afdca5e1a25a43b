using System.Numerics;
using System.Runtime.CompilerServices;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>Which pairs of neighbouring symbols may be joined, in what order, and into which symbol. Read-only once filled.</summary>
internal sealed class MergeTable
{
    /// <summary>The rank of a pair that cannot be joined.</summary>
    public const uint NoRank = uint.MaxValue;

    private Entry[] _entries;
    private int _mask;
    private int _count;

    public MergeTable(int capacity)
    {
        _entries = NewEntries((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, capacity * 2)));
        _mask = _entries.Length - 1;
    }

    /// <summary>The number of pairs.</summary>
    public int Count => _count;

    /// <summary>Adds a pair; the first entry of a pair wins. Returns false when the pair was there already.</summary>
    public bool Add(int left, int right, uint rank, int merged)
    {
        if (_count * 2 >= _entries.Length)
        {
            Grow();
        }

        var key = Key(left, right);
        var slot = (int)Hash(key) & _mask;
        while (_entries[slot].Rank != NoRank)
        {
            if (_entries[slot].Key == key)
            {
                return false;
            }

            slot = (slot + 1) & _mask;
        }

        _entries[slot] = new Entry { Key = key, Rank = rank, Merged = merged };
        _count++;
        return true;
    }

    /// <summary>The rank of a pair (lower is joined first) and the symbol it becomes; <see cref="NoRank"/> when it cannot be joined.</summary>
    [HotPath]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Find(int left, int right, out int merged)
    {
        var key = Key(left, right);
        var entries = _entries;
        var slot = (int)Hash(key) & _mask;
        while (true)
        {
            ref readonly var entry = ref entries[slot];
            if (entry.Key == key || entry.Rank == NoRank)
            {
                merged = entry.Merged;
                return entry.Rank;
            }

            slot = (slot + 1) & _mask;
        }
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private static ulong Hash(ulong key)
    {
        key *= 0x9E3779B97F4A7C15UL;
        key ^= key >> 32;
        key *= 0xD6E8FEB86659FD93UL;
        return key ^ (key >> 32);
    }

    private static Entry[] NewEntries(int length)
    {
        var entries = new Entry[length];
        entries.AsSpan().Fill(new Entry { Key = ulong.MaxValue, Rank = NoRank });
        return entries;
    }

    private void Grow()
    {
        var old = _entries;
        _entries = NewEntries(old.Length * 2);
        _mask = _entries.Length - 1;
        _count = 0;
        foreach (var entry in old)
        {
            if (entry.Rank != NoRank)
            {
                Add((int)(entry.Key >> 32), (int)entry.Key, entry.Rank, entry.Merged);
            }
        }
    }

    private struct Entry
    {
        public ulong Key;
        public uint Rank;
        public int Merged;
    }
}
