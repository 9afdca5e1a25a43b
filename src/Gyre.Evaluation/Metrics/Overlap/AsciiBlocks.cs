using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>ASCII text, 64 characters at a time: as bytes, in lower case if wanted, and where its whitespace is.</summary>
internal static class AsciiBlocks
{
    /// <summary>Characters of a block.</summary>
    public const int Length = 64;

    private const int Half = Length / 2;

    /// <summary>Reads the block that begins at a character, or as much of it as the text has.</summary>
    /// <param name="text">ASCII characters; others give other bytes.</param>
    /// <param name="start">Where the block begins, within the text.</param>
    /// <param name="lowers">Whether letters become lower case.</param>
    /// <param name="destination">Receives the text's bytes at their places; longer than the text by a block, of which anything may remain.</param>
    /// <returns>One bit a character, set for whitespace as <see cref="PythonText.IsSpace"/> understands it, and for the first place behind the text.</returns>
    public static ulong Read(ReadOnlySpan<char> text, int start, bool lowers, Span<byte> destination)
    {
        var left = text.Length - start;
        if (left >= Length)
        {
            return Read(text[start..], lowers, destination[start..]);
        }

        if (text.Length >= Length)
        {
            // The last block of the text, once more from a little before.
            return (Read(text[^Length..], lowers, destination[(text.Length - Length)..]) >> (Length - left)) | (1UL << left);
        }

        Span<char> padded = stackalloc char[Length];
        padded.Clear();
        text.CopyTo(padded);
        return Read(padded, lowers, destination) | (1UL << left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read(ReadOnlySpan<char> text, bool lowers, Span<byte> destination) =>
        ReadHalf(text, lowers, destination) | ((ulong)ReadHalf(text[Half..], lowers, destination[Half..]) << Half);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ReadHalf(ReadOnlySpan<char> text, bool lowers, Span<byte> destination)
    {
        var units = MemoryMarshal.Cast<char, ushort>(text);
        var bytes = Vector256.Narrow(Vector256.Create(units), Vector256.Create(units[Vector256<ushort>.Count..]));
        if (lowers)
        {
            bytes |= Vector256.LessThanOrEqual(bytes - Vector256.Create((byte)'A'), Vector256.Create((byte)('Z' - 'A'))) & Vector256.Create((byte)('a' - 'A'));
        }

        bytes.CopyTo(destination);
        return (Vector256.Equals(bytes, Vector256.Create((byte)' '))
            | Vector256.LessThanOrEqual(bytes - Vector256.Create((byte)'\t'), Vector256.Create((byte)('\r' - '\t')))
            | Vector256.LessThanOrEqual(bytes - Vector256.Create((byte)'\x1c'), Vector256.Create((byte)('\x1f' - '\x1c')))).ExtractMostSignificantBits();
    }
}
