using System.Text;

namespace Gyre.Models.Tokenizers;

/// <summary>GPT-2's printable spelling of bytes: bytes that print stand for themselves, the others follow from U+0100 on.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] Spelling = Build();
    private static readonly short[] Reverse = Invert();

    /// <summary>The character that spells a byte.</summary>
    public static char Spell(byte value) => Spelling[value];

    /// <summary>The byte that a character spells, or −1.</summary>
    public static int Read(char spelled) => spelled < Reverse.Length ? Reverse[spelled] : -1;

    /// <summary>The bytes of a token in this spelling, or null when a character does not belong to it.</summary>
    public static byte[]? Read(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            var value = Read(token[i]);
            if (value < 0)
            {
                return null;
            }

            bytes[i] = (byte)value;
        }

        return bytes;
    }

    /// <summary>Spells bytes.</summary>
    public static string Spell(ReadOnlySpan<byte> bytes)
    {
        var spelled = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            spelled.Append(Spell(value));
        }

        return spelled.ToString();
    }

    private static char[] Build()
    {
        var spelling = new char[256];
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            var prints = value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE;
            spelling[value] = prints ? (char)value : (char)next++;
        }

        return spelling;
    }

    private static short[] Invert()
    {
        var reverse = new short[324];
        Array.Fill(reverse, (short)-1);
        for (var value = 0; value < 256; value++)
        {
            reverse[Spelling[value]] = (short)value;
        }

        return reverse;
    }
}
