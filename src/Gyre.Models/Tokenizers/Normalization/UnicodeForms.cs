using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Text;

namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>Unicode's decompositions, combining classes and compositions, from an embedded table.</summary>
/// <remarks>
/// The framework's own normalisation needs ICU, which this process does without (invariant globalisation).
/// Source: Unicode Standard Annex 15 over the Unicode Character Database; the table is made by eng/unicode/normalization_table.py.
/// </remarks>
internal sealed class UnicodeForms
{
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int VowelCount = 21;
    private const int TailCount = 28;
    private const int SyllableCount = 11172;

    private static readonly Lazy<UnicodeForms> Embedded = new(Read);

    private readonly Dictionary<int, byte> _classes = [];
    private readonly Dictionary<int, int[]> _canonical = [];
    private readonly Dictionary<int, int[]> _compatible = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];

    private readonly HashSet<int> _following = [];

    private UnicodeForms()
    {
    }

    /// <summary>The embedded table, read at first use.</summary>
    public static UnicodeForms Table => Embedded.Value;

    /// <summary>The canonical combining class; 0 for a starter.</summary>
    public byte ClassOf(int codePoint) => _classes.GetValueOrDefault(codePoint);

    /// <summary>The full decomposition, when there is one.</summary>
    public bool TryDecompose(int codePoint, bool compatible, [NotNullWhen(true)] out int[]? parts) =>
        (compatible && _compatible.TryGetValue(codePoint, out parts)) || _canonical.TryGetValue(codePoint, out parts);

    /// <summary>Appends the full decomposition of a character, or the character.</summary>
    public void Decompose(int codePoint, bool compatible, List<int> destination)
    {
        var syllable = codePoint - SyllableBase;
        if (syllable is >= 0 and < SyllableCount)
        {
            destination.Add(LeadBase + (syllable / (VowelCount * TailCount)));
            destination.Add(VowelBase + (syllable % (VowelCount * TailCount) / TailCount));
            if (syllable % TailCount != 0)
            {
                destination.Add(TailBase + (syllable % TailCount));
            }
        }
        else if (TryDecompose(codePoint, compatible, out var parts))
        {
            destination.AddRange(parts);
        }
        else
        {
            destination.Add(codePoint);
        }
    }

    /// <summary>The character that two canonically compose to, or −1.</summary>
    public int Compose(int first, int second)
    {
        var lead = first - LeadBase;
        var vowel = second - VowelBase;
        if (lead is >= 0 and < 19 && vowel is >= 0 and < VowelCount)
        {
            return SyllableBase + (((lead * VowelCount) + vowel) * TailCount);
        }

        var syllable = first - SyllableBase;
        var tail = second - TailBase;
        if (syllable is >= 0 and < SyllableCount && syllable % TailCount == 0 && tail is > 0 and < TailCount)
        {
            return first + tail;
        }

        return _compositions.TryGetValue((first, second), out var composed) ? composed : -1;
    }

    /// <summary>True for a starter that can compose with a starter before it: Hangul vowels and tails, a few Indic signs.</summary>
    public bool FollowsStarter(int codePoint) =>
        codePoint is >= VowelBase and < VowelBase + VowelCount or > TailBase and < TailBase + TailCount || _following.Contains(codePoint);

    private static UnicodeForms Read()
    {
        using var resource = typeof(UnicodeForms).Assembly.GetManifestResourceStream("Gyre.Models.normalization.bin")
            ?? throw new InvalidOperationException("The embedded normalisation table is missing from the assembly.");
        using var deflate = new DeflateStream(resource, CompressionMode.Decompress);
        using var copy = new MemoryStream();
        deflate.CopyTo(copy);
        ReadOnlySpan<byte> rest = copy.GetBuffer().AsSpan(0, (int)copy.Length);
        var forms = new UnicodeForms();
        for (var count = Take(ref rest); count > 0; count--)
        {
            var entry = Take(ref rest);
            forms._classes.Add((int)(entry & 0xFFFFFF), (byte)(entry >> 24));
        }

        for (var count = Take(ref rest); count > 0; count--)
        {
            var entry = Take(ref rest);
            var utf8 = rest.Slice(1, rest[0]);
            rest = rest[(1 + utf8.Length)..];
            int[] parts = [.. Encoding.UTF8.GetString(utf8).EnumerateRunes().Select(rune => rune.Value)];
            (entry >> 31 == 0 ? forms._canonical : forms._compatible).Add((int)(entry & 0xFFFFFF), parts);
        }

        for (var count = Take(ref rest); count > 0; count--)
        {
            var pair = ((int)Take(ref rest), (int)Take(ref rest));
            forms._compositions.Add(pair, (int)Take(ref rest));
            if (forms.ClassOf(pair.Item2) == 0)
            {
                forms._following.Add(pair.Item2);
            }
        }

        return forms;
    }

    private static uint Take(ref ReadOnlySpan<byte> rest)
    {
        var value = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        rest = rest[4..];
        return value;
    }
}
