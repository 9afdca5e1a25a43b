using System.Text;

namespace Gyre.Models.Constraints.Grammars;

/// <summary>Splits a range of characters into sequences of byte ranges that spell exactly these characters in UTF-8.</summary>
internal static class Utf8Ranges
{
    private static readonly int[] LastOfLength = [0x7F, 0x7FF, 0xFFFF, 0x10FFFF];

    /// <summary>The sequences for a range that holds no surrogates; each as long as the characters it spells.</summary>
    public static void Split(int low, int high, List<(byte Low, byte High)[]> destination)
    {
        foreach (var last in LastOfLength)
        {
            if (low <= last && last < high)
            {
                SplitEqualLength(low, last, destination);
                low = last + 1;
            }
        }

        SplitEqualLength(low, high, destination);
    }

    private static void SplitEqualLength(int low, int high, List<(byte Low, byte High)[]> destination)
    {
        for (var bits = 6; high > 0x7F && bits <= 18; bits += 6)
        {
            // Below this many bits the range must be either one value or all values.
            var mask = (1 << bits) - 1;
            if ((low & ~mask) == (high & ~mask))
            {
                continue;
            }

            if ((low & mask) != 0)
            {
                SplitEqualLength(low, low | mask, destination);
                SplitEqualLength((low | mask) + 1, high, destination);
                return;
            }

            if ((high & mask) != mask)
            {
                SplitEqualLength(low, (high & ~mask) - 1, destination);
                SplitEqualLength(high & ~mask, high, destination);
                return;
            }
        }

        Span<byte> first = stackalloc byte[4];
        Span<byte> second = stackalloc byte[4];
        var length = new Rune(low).EncodeToUtf8(first);
        new Rune(high).EncodeToUtf8(second);
        var sequence = new (byte Low, byte High)[length];
        for (var i = 0; i < length; i++)
        {
            sequence[i] = (first[i], second[i]);
        }

        destination.Add(sequence);
    }
}
