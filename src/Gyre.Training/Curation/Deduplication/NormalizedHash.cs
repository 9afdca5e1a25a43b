using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gyre.Models.Tokenizers.Normalization;

namespace Gyre.Training.Curation.Deduplication;

/// <summary>The digest of a text without case and white space: equal for texts that are exact duplicates.</summary>
internal static class NormalizedHash
{
    /// <summary>128 bits of the SHA-256 of the text in NFC and lower case with single spaces.</summary>
    public static UInt128 Of(string text)
    {
        var composed = CanonicalComposition.Of(text);
        var plain = new StringBuilder(composed.Length);
        var isSpace = true;
        foreach (var character in composed)
        {
            if (char.IsWhiteSpace(character))
            {
                isSpace = true;
                continue;
            }

            if (isSpace && plain.Length > 0)
            {
                plain.Append(' ');
            }

            isSpace = false;
            plain.Append(char.ToLowerInvariant(character));
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(plain.ToString()), digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
