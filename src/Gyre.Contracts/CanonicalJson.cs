using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Gyre.Contracts;

/// <summary>JSON with one spelling for one value, so that equal content has equal bytes on every machine and version of .NET.</summary>
/// <remarks>
/// UTF-8 without spaces; members sorted by their names' UTF-16 code units; in texts only <c>"</c>, <c>\</c> and control
/// characters are escaped; numbers stand as they were written, so that no digit is lost (<c>1</c> and <c>1.0</c> differ).
/// <para>Source: RFC 8785 for order and escapes; numbers are not rounded to doubles as it demands.</para>
/// </remarks>
public static class CanonicalJson
{
    private const int MostBytesAtOnce = 1 << 14;
    private const int MostBytesACharacter = 3;
    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);

    /// <summary>Writes a value.</summary>
    /// <exception cref="FormatException">An object has a name twice, or a text or name is no Unicode (half a surrogate pair).</exception>
    public static void Write(JsonElement value, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, destination);
                break;
            case JsonValueKind.Array:
                destination.Write("["u8);
                var isFirst = true;
                foreach (var item in value.EnumerateArray())
                {
                    destination.Write(isFirst ? ""u8 : ","u8);
                    isFirst = false;
                    Write(item, destination);
                }

                destination.Write("]"u8);
                break;
            case JsonValueKind.String:
                WriteText(Decode(() => value.GetString()!), destination); // The kind was looked at.
                break;
            default:
                destination.Write(JsonMarshal.GetRawUtf8Value(value));
                break;
        }
    }

    /// <summary>Writes a text in quotes; half a surrogate pair, which is no Unicode, as its escape.</summary>
    public static void WriteText(ReadOnlySpan<char> text, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write("\""u8);
        for (var plain = text.IndexOfAny(Escaped); plain >= 0; plain = text.IndexOfAny(Escaped))
        {
            WritePlain(text[..plain], destination);
            WriteEscape(text[plain], destination);
            text = text[(plain + 1)..];
        }

        WritePlain(text, destination);
        destination.Write("\""u8);
    }

    private static void WriteObject(JsonElement value, IBufferWriter<byte> destination)
    {
        var members = new List<(string Name, JsonElement Value)>();
        foreach (var member in value.EnumerateObject())
        {
            members.Add((Decode(() => member.Name), member.Value));
        }

        members.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        destination.Write("{"u8);
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0 && members[i].Name == members[i - 1].Name)
            {
                throw new FormatException($"an object has the member '{members[i].Name}' twice");
            }

            destination.Write(i == 0 ? ""u8 : ","u8);
            WriteText(members[i].Name, destination);
            destination.Write(":"u8);
            Write(members[i].Value, destination);
        }

        destination.Write("}"u8);
    }

    /// <summary>The framework decodes escapes only when a text is asked for, and tells then that they make no Unicode.</summary>
    private static string Decode(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException("a text is no Unicode: an escape stands for half a surrogate pair", error);
        }
    }

    private static void WritePlain(ReadOnlySpan<char> text, IBufferWriter<byte> destination)
    {
        while (text.Length > 0)
        {
            var status = Utf8.FromUtf16(text, destination.GetSpan((int)Math.Min((long)text.Length * MostBytesACharacter, MostBytesAtOnce)), out var read, out var written, replaceInvalidSequences: false);
            destination.Advance(written);
            text = text[read..];
            if (status == OperationStatus.InvalidData)
            {
                WriteEscape(text[0], destination);
                text = text[1..];
            }
        }
    }

    private static void WriteEscape(char character, IBufferWriter<byte> destination)
    {
        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        destination.Write(character switch
        {
            '"' => "\\\""u8,
            '\\' => "\\\\"u8,
            '\b' => "\\b"u8,
            '\f' => "\\f"u8,
            '\n' => "\\n"u8,
            '\r' => "\\r"u8,
            '\t' => "\\t"u8,
            _ => [(byte)'\\', (byte)'u', digits[character >> 12], digits[(character >> 8) & 15], digits[(character >> 4) & 15], digits[character & 15]],
        });
    }
}
