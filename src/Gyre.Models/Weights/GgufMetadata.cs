using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Gyre.Models.Weights;

/// <summary>The typed key-value pairs of a GGUF file: a read-only view, decoded when asked.</summary>
/// <remarks>
/// <para>Every <c>TryGet…</c> returns false only when the key is absent; a key that holds another type is an error
/// (<see cref="ModelException"/> RUN0014), and so is a string that is not UTF-8 (RUN0012).</para>
/// <para>Owns: nothing; it reads the file's mapping, so take what you need before the file is disposed.</para>
/// <para>Cost: arrays are copied at each call. Source: GGUF v3.</para>
/// </remarks>
public sealed class GgufMetadata
{
    private const long MaxRawValueBytes = 1 << 30;

    private readonly MappedFile _file;
    private readonly Dictionary<string, Slot> _slots;

    internal GgufMetadata(MappedFile file, Dictionary<string, Slot> slots, string[] keys)
    {
        _file = file;
        _slots = slots;
        Keys = keys;
    }

    /// <summary>The keys, in file order.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>The type of a key's value, or null when there is no such key.</summary>
    public GgufValueType? TypeOf(string key) => _slots.TryGetValue(key, out var slot) ? slot.Type : null;

    /// <summary>The type of an array's elements, or null when there is no such key or it is no array.</summary>
    public GgufValueType? ElementTypeOf(string key) =>
        _slots.TryGetValue(key, out var slot) && slot.Type == GgufValueType.Array ? slot.ElementType : null;

    /// <summary>The number of an array's elements, read without decoding them, or null when there is no such key or it is no array.</summary>
    public int? CountOf(string key) => _slots.TryGetValue(key, out var slot) && slot.Type == GgufValueType.Array ? slot.Count : null;

    /// <summary>Finds text.</summary>
    public bool TryGetString(string key, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (!TryFind(key, type => type == GgufValueType.String, "a string", out var slot))
        {
            return false;
        }

        var cursor = new GgufCursor(_file) { Offset = slot.Offset };
        value = Decode(key, cursor.TakeString("a string"));
        return true;
    }

    /// <summary>Finds a whole number of any width; one that does not fit a <see langword="long"/> is RUN0014.</summary>
    public bool TryGetInteger(string key, out long value)
    {
        value = 0;
        if (!TryFind(key, IsInteger, "a whole number", out var slot))
        {
            return false;
        }

        value = ReadInteger(key, slot.Type, _file.Span(slot.Offset, WidthOf(slot.Type)));
        return true;
    }

    /// <summary>Finds a single- or double-precision number.</summary>
    public bool TryGetFloat(string key, out double value)
    {
        value = 0;
        if (!TryFind(key, IsFloat, "a floating-point number", out var slot))
        {
            return false;
        }

        value = ReadFloat(slot.Type, _file.Span(slot.Offset, WidthOf(slot.Type)));
        return true;
    }

    /// <summary>Finds a truth value.</summary>
    public bool TryGetBoolean(string key, out bool value)
    {
        value = false;
        if (!TryFind(key, type => type == GgufValueType.Boolean, "a boolean", out var slot))
        {
            return false;
        }

        value = ReadBoolean(key, _file.Span(slot.Offset, 1)[0]);
        return true;
    }

    /// <summary>Finds an array of text.</summary>
    public bool TryGetStrings(string key, [NotNullWhen(true)] out string[]? values)
    {
        values = null;
        if (!TryFindArray(key, type => type == GgufValueType.String, "strings", out var slot))
        {
            return false;
        }

        var cursor = new GgufCursor(_file) { Offset = slot.ElementsOffset };
        values = new string[slot.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Decode(key, cursor.TakeString("a string"));
        }

        return true;
    }

    /// <summary>Finds an array of whole numbers of any width.</summary>
    public bool TryGetIntegers(string key, [NotNullWhen(true)] out long[]? values)
    {
        values = null;
        if (!TryFindArray(key, IsInteger, "whole numbers", out var slot))
        {
            return false;
        }

        var width = WidthOf(slot.ElementType);
        values = new long[slot.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ReadInteger(key, slot.ElementType, _file.Span(slot.ElementsOffset + ((long)i * width), width));
        }

        return true;
    }

    /// <summary>Finds an array of floating-point numbers; doubles are rounded to single precision.</summary>
    public bool TryGetFloats(string key, [NotNullWhen(true)] out float[]? values)
    {
        values = null;
        if (!TryFindArray(key, IsFloat, "floating-point numbers", out var slot))
        {
            return false;
        }

        var width = WidthOf(slot.ElementType);
        values = new float[slot.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)ReadFloat(slot.ElementType, _file.Span(slot.ElementsOffset + ((long)i * width), width));
        }

        return true;
    }

    /// <summary>Finds an array of truth values.</summary>
    public bool TryGetBooleans(string key, [NotNullWhen(true)] out bool[]? values)
    {
        values = null;
        if (!TryFindArray(key, type => type == GgufValueType.Boolean, "booleans", out var slot))
        {
            return false;
        }

        values = new bool[slot.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ReadBoolean(key, _file.Span(slot.ElementsOffset + i, 1)[0]);
        }

        return true;
    }

    /// <summary>Text that must be there; RUN0014 when it is not.</summary>
    public string GetString(string key) => TryGetString(key, out var value) ? value : throw Missing(key, "a string");

    /// <summary>A whole number that must be there; RUN0014 when it is not.</summary>
    public long GetInteger(string key) => TryGetInteger(key, out var value) ? value : throw Missing(key, "a whole number");

    /// <summary>A floating-point number that must be there; RUN0014 when it is not.</summary>
    public double GetFloat(string key) => TryGetFloat(key, out var value) ? value : throw Missing(key, "a floating-point number");

    /// <summary>An array of text that must be there; RUN0014 when it is not.</summary>
    public string[] GetStrings(string key) => TryGetStrings(key, out var values) ? values : throw Missing(key, "an array of strings");

    /// <summary>The bytes of a scalar of a fixed width; 0 for strings and arrays.</summary>
    internal static int WidthOf(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Boolean => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => 0,
    };

    /// <summary>The encoded bytes of a value, its type id left out.</summary>
    internal ReadOnlySpan<byte> RawValue(string key)
    {
        var slot = _slots[key];
        return slot.LengthBytes <= MaxRawValueBytes
            ? _file.Span(slot.Offset, (int)slot.LengthBytes)
            : throw WeightErrors.GgufKey(_file.Path, key, $"a value of {slot.LengthBytes} bytes", $"at most {MaxRawValueBytes} bytes to copy");
    }

    private static bool IsInteger(GgufValueType type) => type is not (GgufValueType.Float32 or GgufValueType.Float64 or GgufValueType.Boolean or GgufValueType.String or GgufValueType.Array);

    private static bool IsFloat(GgufValueType type) => type is GgufValueType.Float32 or GgufValueType.Float64;

    private static double ReadFloat(GgufValueType type, ReadOnlySpan<byte> bytes) =>
        type == GgufValueType.Float32 ? BinaryPrimitives.ReadSingleLittleEndian(bytes) : BinaryPrimitives.ReadDoubleLittleEndian(bytes);

    private bool TryFind(string key, Predicate<GgufValueType> accepts, string expected, out Slot slot)
    {
        if (!_slots.TryGetValue(key, out slot))
        {
            return false;
        }

        return accepts(slot.Type) ? true : throw WeightErrors.GgufKey(_file.Path, key, $"it holds {Describe(slot)}", expected);
    }

    private bool TryFindArray(string key, Predicate<GgufValueType> accepts, string expected, out Slot slot)
    {
        if (!_slots.TryGetValue(key, out slot))
        {
            return false;
        }

        return slot.Type == GgufValueType.Array && accepts(slot.ElementType)
            ? true
            : throw WeightErrors.GgufKey(_file.Path, key, $"it holds {Describe(slot)}", "an array of " + expected);
    }

    private static string Describe(Slot slot) =>
        slot.Type == GgufValueType.Array ? $"an array of {slot.ElementType}" : $"a value of type {slot.Type}";

    private string Decode(string key, ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw WeightErrors.GgufMetadata(_file.Path, key, "a string that is not UTF-8", "UTF-8");

    private bool ReadBoolean(string key, byte value) =>
        value <= 1 ? value == 1 : throw WeightErrors.GgufMetadata(_file.Path, key, $"a boolean of byte {value}", "0 or 1");

    private long ReadInteger(string key, GgufValueType type, ReadOnlySpan<byte> bytes) => type switch
    {
        GgufValueType.UInt8 => bytes[0],
        GgufValueType.Int8 => (sbyte)bytes[0],
        GgufValueType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        GgufValueType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        GgufValueType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        GgufValueType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        GgufValueType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes) is var value && value <= long.MaxValue
            ? (long)value
            : throw WeightErrors.GgufKey(_file.Path, key, "it holds " + value.ToString(CultureInfo.InvariantCulture), $"at most {long.MaxValue}"),
    };

    private ModelException Missing(string key, string expected) => WeightErrors.GgufKey(_file.Path, key, "there is no such key", expected);

    /// <summary>Where a value lies. For an array, <see cref="Offset"/> is that of its element type.</summary>
    internal readonly record struct Slot(GgufValueType Type, GgufValueType ElementType, long Offset, long LengthBytes, int Count)
    {
        /// <summary>The first element of an array: after its type (4 bytes) and count (8).</summary>
        public long ElementsOffset => Offset + 12;
    }
}
