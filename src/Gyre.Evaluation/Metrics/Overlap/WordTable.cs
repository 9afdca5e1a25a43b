using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Words as numbers: equal words have equal numbers, which count up from 0 in the order of first use.</summary>
/// <remarks>
/// A word of at most 15 characters of Latin-1 is its own key, eight bits a character and its length; others have the runtime's
/// seeded hash for a key and are compared. The multipliers differ from process to process, so that no text can be made whose words collide.
/// </remarks>
internal sealed class WordTable
{
    private const int PackedLength = 15;
    private const int HalfLength = sizeof(ulong);
    private const int LengthShift = 56;
    private const ulong LongMark = 0xffUL << LengthShift;
    private const int LeastSlots = 256;
    private static readonly ulong LowMultiplier = Seed("word", "table");
    private static readonly ulong HighMultiplier = Seed("low", "high");
    private readonly CharBuffer _text = new();
    private readonly CharBuffer _long = new();
    private int[] _slots = new int[LeastSlots]; // Number of a word plus 1; 0 is free.
    private Entry[] _words = new Entry[(LeastSlots / 2) + 1]; // A word's entry is at its number plus 1; the first one is no word's.
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
    public int Length(int word) => _words[word + 1].Length;

    /// <summary>Writes the characters of a word and returns their number.</summary>
    public int CopyTo(int word, Span<char> destination)
    {
        ref readonly var entry = ref _words[word + 1];
        if (entry.IsLong)
        {
            LongText(entry).CopyTo(destination);
            return entry.Length;
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
    public bool TryKey(int word, out (ulong Low, ulong High) key)
    {
        ref readonly var entry = ref _words[word + 1];
        key = (entry.Low, entry.High);
        return !entry.IsLong;
    }

    /// <summary>The number of a word, a new one when it has none yet.</summary>
    public int Add(ReadOnlySpan<char> word) => TryPack(word, out var low, out var high) ? Add(low, high) : AddLong(word);

    /// <summary>The number of the word of a key, a new one when it has none yet.</summary>
    public int Add(ulong low, ulong high)
    {
        MakeRoom(1);
        return AddRoomy(low, high);
    }

    /// <summary>The number of a word, or −1 when it has none.</summary>
    public int Find(ReadOnlySpan<char> word) =>
        _slots[TryPack(word, out var low, out var high) ? Slot(low, high) : LongSlot(word, out _)] - 1;

    /// <summary>Adds the words between whitespace.</summary>
    public void AddAll(ReadOnlySpan<char> text, IntBuffer destination)
    {
        if (TryAddAscii(text, lowers: false, destination))
        {
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

    /// <summary>Adds the words between whitespace of an ASCII text, in lower case if wanted; false for other texts, of which nothing is added.</summary>
    public bool TryAddAscii(ReadOnlySpan<char> text, bool lowers, IntBuffer destination)
    {
        if (!Ascii.IsValid(text))
        {
            return false;
        }

        if (_bytes.Length < text.Length + (2 * AsciiBlocks.Length))
        {
            _bytes = new byte[(text.Length * 2) + (2 * AsciiBlocks.Length)];
        }

        var numbers = destination.Room((text.Length + 1) / 2);
        var (start, count) = (0, 0);
        for (var block = 0; block < text.Length; block += AsciiBlocks.Length)
        {
            // The words that end at this block's spaces; the first may begin in an earlier block.
            MakeRoom(1 + (AsciiBlocks.Length / 2)); // Here, so that no word has to look.
            for (var spaces = AsciiBlocks.Read(text, block, lowers, _bytes); spaces != 0; spaces &= spaces - 1)
            {
                var end = block + BitOperations.TrailingZeroCount(spaces);
                if (end > start)
                {
                    numbers[count++] = Add(start, end - start);
                }

                start = end + 1;
            }
        }

        if (start < text.Length)
        {
            numbers[count++] = Add(start, text.Length - start);
        }

        destination.Advance(count);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Add(int start, int length) => length > PackedLength ? AddLong(start, length) : AddPacked(start, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int AddPacked(int start, int length)
    {
        var bytes = _bytes.AsSpan(start, 2 * HalfLength);
        var low = BinaryPrimitives.ReadUInt64LittleEndian(bytes) & LowBytes[length];
        var high = BinaryPrimitives.ReadUInt64LittleEndian(bytes[HalfLength..]) & HighBytes[length];
        return AddRoomy(low, high | ((ulong)length << LengthShift));
    }

    private int AddLong(int start, int length)
    {
        _long.Clear();
        var word = _long.Extend(length);
        Ascii.ToUtf16(_bytes.AsSpan(start, length), word, out _);
        return AddLong(word);
    }

    private static bool TryPack(ReadOnlySpan<char> word, out ulong low, out ulong high)
    {
        (low, high) = (0, (ulong)word.Length << LengthShift);
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

    // The slot of a key, or the free one where it belongs.
    private int Slot(ulong low, ulong high)
    {
        var slot = (int)(Hash(low, high) >> _shift);
        while (_slots[slot] != 0 && _words[_slots[slot]] != new Entry(low, high))
        {
            slot = (slot + 1) & (_size - 1);
        }

        return slot;
    }

    private static ulong Seed(string first, string second) =>
        ((ulong)(uint)first.GetHashCode(StringComparison.Ordinal) << 32) | (uint)second.GetHashCode(StringComparison.Ordinal) | 1;

    private static ulong Hash(ulong low, ulong high) => (low * LowMultiplier) + (BitOperations.RotateLeft(high, 32) * HighMultiplier);

    private int AddLong(ReadOnlySpan<char> word)
    {
        MakeRoom(1);
        var slot = LongSlot(word, out var hash);
        if (_slots[slot] == 0)
        {
            _slots[slot] = ++Count;
            _words[Count] = Entry.OfLong(_text.Length, word.Length, hash);
            _text.Append(word);
        }

        return _slots[slot] - 1;
    }

    private int LongSlot(ReadOnlySpan<char> word, out uint hash)
    {
        hash = (uint)string.GetHashCode(word, StringComparison.Ordinal);
        var slot = (int)(Hash(0, LongMark | hash) >> _shift);
        for (; _slots[slot] != 0; slot = (slot + 1) & (_size - 1))
        {
            ref readonly var known = ref _words[_slots[slot]];
            if (known.High == (LongMark | hash) && LongText(known).SequenceEqual(word))
            {
                break;
            }
        }

        return slot;
    }

    private ReadOnlySpan<char> LongText(in Entry entry) => _text.Span.Slice((int)(entry.Low >> 32), entry.Length);

    // The same where there is room. Known or new: both write, so that no branch depends on which it is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int AddRoomy(ulong low, ulong high)
    {
        var (slots, words, count) = (_slots, _words, Count);
        var slot = (int)(Hash(low, high) >> _shift);
        int known;
        while (true)
        {
            known = slots[slot];
            ref readonly var entry = ref words[known];
            if ((known == 0) | (((entry.Low ^ low) | (entry.High ^ high)) == 0))
            {
                break;
            }

            slot = (slot + 1) & (_size - 1);
        }

        var isNew = known == 0 ? 1 : 0;
        var place = known + ((count + 1) & -isNew);
        words[place] = new Entry(low, high);
        slots[slot] = place;
        Count = count + isNew;
        return place - 1;
    }

    // Slots stay half empty, and one word more fits.
    private void MakeRoom(int words)
    {
        while ((Count + words) * 2 >= _size)
        {
            Widen();
        }
    }

    private void Widen()
    {
        _size *= 2;
        _shift--;
        if (_words.Length <= _size / 2)
        {
            Array.Resize(ref _words, (_size / 2) + 1);
        }

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
            ref readonly var entry = ref _words[word + 1];
            var slot = (int)(Hash(entry.IsLong ? 0 : entry.Low, entry.High) >> _shift);
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & (_size - 1);
            }

            _slots[slot] = word + 1;
        }
    }

    // By the length of a packed word, which bytes of its two halves are its own.
    private static ReadOnlySpan<ulong> LowBytes =>
    [
        0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff,
        ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue,
    ];

    private static ReadOnlySpan<ulong> HighBytes =>
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff];

    // The characters and the length of a packed word; the place in the text, the length and the hash of a long one.
    private readonly record struct Entry(ulong Low, ulong High)
    {
        public bool IsLong => High >= LongMark;

        public int Length => IsLong ? (int)(uint)Low : (int)(High >> LengthShift);

        public static Entry OfLong(int start, int length, uint hash) => new(((ulong)start << 32) | (uint)length, LongMark | hash);
    }
}
