using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>Remembers the ids of words already encoded. Bounded: when full it forgets everything. One thread at a time.</summary>
internal sealed class WordCache
{
    /// <summary>Longer words are not remembered.</summary>
    public const int MaxWordLength = 64;

    private const int Slots = 1 << 16;
    private const int MaxWords = Slots / 2;
    private const int MaxCharacters = 1 << 19;
    private const int MaxIds = 1 << 18;

    private readonly Slot[] _slots = new Slot[Slots];
    private char[] _characters = new char[1 << 14];
    private int[] _ids = new int[1 << 13];
    private int _wordCount;
    private int _characterCount;
    private int _idCount;

    /// <summary>Finds a word's ids.</summary>
    /// <param name="word">At most <see cref="MaxWordLength"/> units.</param>
    /// <param name="hash">Pass it on to <see cref="Add"/> when the word was not found.</param>
    [HotPath]
    public bool TryGet(ReadOnlySpan<char> word, out uint hash, out ReadOnlySpan<int> ids)
    {
        hash = Hash(word);
        var slots = _slots;
        for (var at = hash & (Slots - 1); ; at = (at + 1) & (Slots - 1))
        {
            ref readonly var slot = ref slots[at];
            if (slot.Length == 0)
            {
                ids = default;
                return false;
            }

            if (slot.Hash == hash && slot.Length == word.Length
                && word.SequenceEqual(_characters.AsSpan(slot.CharacterStart, slot.Length)))
            {
                ids = _ids.AsSpan(slot.IdStart, slot.IdCount);
                return true;
            }
        }
    }

    /// <summary>Remembers a word that <see cref="TryGet"/> did not find.</summary>
    public void Add(ReadOnlySpan<char> word, uint hash, ReadOnlySpan<int> ids)
    {
        if (word.IsEmpty)
        {
            return;
        }

        if (_wordCount == MaxWords || _characterCount + word.Length > MaxCharacters || _idCount + ids.Length > MaxIds)
        {
            Array.Clear(_slots);
            _wordCount = _characterCount = _idCount = 0;
        }

        Reserve(ref _characters, _characterCount + word.Length);
        Reserve(ref _ids, _idCount + ids.Length);
        word.CopyTo(_characters.AsSpan(_characterCount));
        ids.CopyTo(_ids.AsSpan(_idCount));
        var at = hash & (Slots - 1);
        while (_slots[at].Length != 0)
        {
            at = (at + 1) & (Slots - 1);
        }

        _slots[at] = new Slot
        {
            Hash = hash,
            CharacterStart = _characterCount,
            IdStart = _idCount,
            Length = (byte)word.Length,
            IdCount = (byte)ids.Length,
        };
        _characterCount += word.Length;
        _idCount += ids.Length;
        _wordCount++;
    }

    private static void Reserve<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            Array.Resize(ref array, array.Length * 2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ReadOnlySpan<char> word)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15UL;
        var hash = (ulong)word.Length * 0xC2B2AE3D27D4EB4FUL;
        var bytes = MemoryMarshal.AsBytes(word);
        while (bytes.Length >= 8)
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(bytes)) * Multiplier;
            hash ^= hash >> 29;
            bytes = bytes[8..];
        }

        var tail = 0UL;
        if (bytes.Length >= 4)
        {
            tail = MemoryMarshal.Read<uint>(bytes);
            bytes = bytes[4..];
        }

        if (bytes.Length >= 2)
        {
            tail = (tail << 16) | MemoryMarshal.Read<ushort>(bytes);
        }

        hash = (hash ^ tail) * Multiplier;
        return (uint)(hash >> 32) ^ (uint)(hash >> 15);
    }

    private struct Slot
    {
        public uint Hash;
        public int CharacterStart;
        public int IdStart;
        public byte Length;
        public byte IdCount;
    }
}
