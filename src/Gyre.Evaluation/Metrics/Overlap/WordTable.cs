using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Words as numbers: equal words have equal numbers, which count up from 0 in the order of first use.</summary>
/// <remarks>
/// A word of at most 16 characters of Latin-1 is its own key, eight bits a character; others have the runtime's seeded hash
/// for a key and are compared. The multipliers differ from process to process, so that no text can be made whose words collide.
/// </remarks>
internal sealed class WordTable
{
    private const int PackedLength = 16;
    private const int HalfLength = PackedLength / 2;
    private const int LeastSlots = 128;
    private static readonly ulong LowMultiplier = Seed("word", "table");
    private static readonly ulong HighMultiplier = Seed("low", "high");
    private readonly CharBuffer _text = new();
    private int[] _slots = new int[LeastSlots]; // Number of a word plus 1; 0 is free.
    private Entry[] _words = new Entry[LeastSlots / 2];
    private byte[] _bytes = new byte[256];
    private int _size = LeastSlots;
    private int _shift = 64 - BitOperations.Log2((uint)LeastSlots);

    /// <summary>How many words there are.</summary>
    public int Count { get; private set; }

    /// <summary>Characters and slots held, as a measure of memory.</summary>
    public int Capacity => _text.Capacity + _slots.Length + _bytes.Length;

    /// <summary>Forgets all words.</summary>
    public void Clear()
    {
        _text.Clear();
        _size = LeastSlots;
        _shift = 64 - BitOperations.Log2((uint)LeastSlots);
        _slots.AsSpan(0, _size).Clear();
        Count = 0;
    }

    /// <summary>The length of a word.</summary>
    public int Length(int word) => _words[word].Length is var length && length >= 0 ? length : ~length;

    /// <summary>Writes the characters of a word and returns their number.</summary>
    public int CopyTo(int word, Span<char> destination)
    {
        ref readonly var entry = ref _words[word];
        if (entry.Length < 0)
        {
            _text.Span.Slice((int)entry.Low, ~entry.Length).CopyTo(destination);
            return ~entry.Length;
        }

        for (var i = 0; i < entry.Length; i++)
        {
            destination[i] = (char)(byte)(i < HalfLength ? entry.Low >> (8 * i) : entry.High >> (8 * (i - HalfLength)));
        }

        return entry.Length;
    }

    /// <summary>A word as text.</summary>
    public string Text(int word)
    {
        var characters = new char[Length(word)];
        CopyTo(word, characters);
        return new string(characters);
    }

    /// <summary>The key of a word, where it holds the whole word.</summary>
    public bool TryKey(int word, out (ulong Low, ulong High, int Length) key)
    {
        ref readonly var entry = ref _words[word];
        key = (entry.Low, entry.High, entry.Length);
        return entry.Length >= 0;
    }

    /// <summary>The number of a word, a new one when it has none yet.</summary>
    public int Add(ReadOnlySpan<char> word) => TryPack(word, out var low, out var high) ? Add(low, high, word.Length) : AddLong(word);

    /// <summary>The number of the word of a key, a new one when it has none yet.</summary>
    public int Add(ulong low, ulong high, int length)
    {
        var slot = (int)(Hash(low, high) >> _shift);
        for (; _slots[slot] != 0; slot = (slot + 1) & (_size - 1))
        {
            ref readonly var known = ref _words[_slots[slot] - 1];
            if (known.Low == low && known.High == high && known.Length == length)
            {
                return _slots[slot] - 1;
            }
        }

        return Take(slot, new Entry(low, high, length));
    }

    /// <summary>The number of a word, or −1 when it has none.</summary>
    public int Find(ReadOnlySpan<char> word)
    {
        if (!TryPack(word, out var low, out var high))
        {
            return _slots[LongSlot(word, out _)] - 1;
        }

        var slot = (int)(Hash(low, high) >> _shift);
        for (; _slots[slot] != 0; slot = (slot + 1) & (_size - 1))
        {
            ref readonly var known = ref _words[_slots[slot] - 1];
            if (known.Low == low && known.High == high && known.Length == word.Length)
            {
                break;
            }
        }

        return _slots[slot] - 1;
    }

    /// <summary>Adds the words between whitespace.</summary>
    public void AddAll(ReadOnlySpan<char> text, IntBuffer destination)
    {
        if (_bytes.Length < text.Length + Vector256<byte>.Count + PackedLength)
        {
            _bytes = new byte[(text.Length * 2) + Vector256<byte>.Count + PackedLength];
        }

        if (Ascii.FromUtf16(text, _bytes, out _) == System.Buffers.OperationStatus.Done)
        {
            AddAscii(text, destination);
            return;
        }

        for (var i = 0; i < text.Length;)
        {
            var start = i;
            while (i < text.Length && !PythonText.IsSpace(text[i]))
            {
                i++;
            }

            if (i > start)
            {
                destination.Add(Add(text[start..i]));
            }

            i++;
        }
    }

    // Spaces of 32 characters at a time; what lies between two is a word, read from the bytes.
    private void AddAscii(ReadOnlySpan<char> text, IntBuffer destination)
    {
        var start = 0;
        for (var block = 0; block < text.Length; block += Vector256<byte>.Count)
        {
            var bytes = Vector256.Create<byte>(_bytes.AsSpan(block, Vector256<byte>.Count));
            var spaces = Vector256.Equals(bytes, Vector256.Create((byte)' '))
                | Vector256.LessThanOrEqual(bytes - Vector256.Create((byte)'\t'), Vector256.Create((byte)('\r' - '\t')))
                | Vector256.LessThanOrEqual(bytes - Vector256.Create((byte)'\x1c'), Vector256.Create((byte)3));
            var left = text.Length - block;
            var mask = spaces.ExtractMostSignificantBits() & (left < 32 ? (1u << left) - 1 : uint.MaxValue);
            for (; mask != 0; mask &= mask - 1)
            {
                var end = block + BitOperations.TrailingZeroCount(mask);
                if (end > start)
                {
                    AddAscii(text, start, end, destination);
                }

                start = end + 1;
            }
        }

        if (text.Length > start)
        {
            AddAscii(text, start, text.Length, destination);
        }
    }

    private void AddAscii(ReadOnlySpan<char> text, int start, int end, IntBuffer destination)
    {
        var length = end - start;
        if (length > PackedLength)
        {
            destination.Add(AddLong(text[start..end]));
            return;
        }

        var bytes = _bytes.AsSpan(start, PackedLength);
        var low = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var high = 0UL;
        if (length <= HalfLength)
        {
            low &= ulong.MaxValue >> (8 * (HalfLength - length));
        }
        else
        {
            high = BinaryPrimitives.ReadUInt64LittleEndian(bytes[HalfLength..]) & (ulong.MaxValue >> (8 * (PackedLength - length)));
        }

        destination.Add(Add(low, high, length));
    }

    private static bool TryPack(ReadOnlySpan<char> word, out ulong low, out ulong high)
    {
        (low, high) = (0, 0);
        if (word.Length > PackedLength)
        {
            return false;
        }

        var any = 0;
        for (var i = 0; i < word.Length; i++)
        {
            any |= word[i];
            if (i < HalfLength)
            {
                low |= (ulong)word[i] << (8 * i);
            }
            else
            {
                high |= (ulong)word[i] << (8 * (i - HalfLength));
            }
        }

        return any <= byte.MaxValue;
    }

    private static ulong Seed(string first, string second) =>
        ((ulong)(uint)first.GetHashCode(StringComparison.Ordinal) << 32) | (uint)second.GetHashCode(StringComparison.Ordinal) | 1;

    private static ulong Hash(ulong low, ulong high) => (low * LowMultiplier) + (BitOperations.RotateLeft(high, 32) * HighMultiplier);

    private int AddLong(ReadOnlySpan<char> word)
    {
        var slot = LongSlot(word, out var hash);
        if (_slots[slot] != 0)
        {
            return _slots[slot] - 1;
        }

        var entry = new Entry((ulong)_text.Length, hash, ~word.Length);
        _text.Append(word);
        return Take(slot, entry);
    }

    private int LongSlot(ReadOnlySpan<char> word, out ulong hash)
    {
        hash = (uint)string.GetHashCode(word, StringComparison.Ordinal);
        var slot = (int)(Hash(0, hash) >> _shift);
        for (; _slots[slot] != 0; slot = (slot + 1) & (_size - 1))
        {
            ref readonly var known = ref _words[_slots[slot] - 1];
            if (known.High == hash && known.Length == ~word.Length && _text.Span.Slice((int)known.Low, word.Length).SequenceEqual(word))
            {
                break;
            }
        }

        return slot;
    }

    private int Take(int slot, in Entry entry)
    {
        if (Count == _words.Length)
        {
            Array.Resize(ref _words, Count * 2);
        }

        _words[Count] = entry;
        _slots[slot] = ++Count;
        if (Count * 2 > _size)
        {
            Widen();
        }

        return Count - 1;
    }

    private void Widen()
    {
        _size *= 2;
        _shift--;
        if (_slots.Length < _size)
        {
            _slots = new int[_size];
        }
        else
        {
            _slots.AsSpan(0, _size).Clear();
        }

        for (var word = 0; word < Count; word++)
        {
            ref readonly var entry = ref _words[word];
            var slot = (int)((entry.Length >= 0 ? Hash(entry.Low, entry.High) : Hash(0, entry.High)) >> _shift);
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & (_size - 1);
            }

            _slots[slot] = word + 1;
        }
    }

    // The key and the length of a packed word; the start, the hash and the complement of the length of another.
    private readonly record struct Entry(ulong Low, ulong High, int Length);
}
