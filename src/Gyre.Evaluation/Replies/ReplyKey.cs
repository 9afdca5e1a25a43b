using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gyre.Evaluation.Replies;

/// <summary>Under which a reply is kept: 128 bits of the SHA-256 of everything that decides it.</summary>
/// <param name="Digest">The bits.</param>
public readonly record struct ReplyKey(UInt128 Digest)
{
    /// <summary>The key of parts; where one part ends and the next begins counts.</summary>
    /// <param name="parts">For example a candidate's digest, the prompt, the number of the sample.</param>
    public static ReplyKey Of(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new ReplyKey(BinaryPrimitives.ReadUInt128BigEndian(digest));
    }

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Digest.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> digits, out ReplyKey key)
    {
        var isKey = digits.Length == 32 && UInt128.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
        key = isKey ? new ReplyKey(UInt128.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)) : default;
        return isKey;
    }
}
