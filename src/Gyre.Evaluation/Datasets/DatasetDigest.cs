using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gyre.Contracts;

namespace Gyre.Evaluation.Datasets;

/// <summary>The digest of rows in their order; where one part ends and the next begins counts.</summary>
internal sealed class DatasetDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds a row. The order of its facts does not matter.</summary>
    public void Add(DatasetRow row)
    {
        Add(row.Id, row.Task, row.Prompt, row.Reference, row.Family, row.Subject);
        foreach (var (key, value) in row.Facts.OrderBy(fact => fact.Key, StringComparer.Ordinal))
        {
            Add(key, value);
        }

        Span<byte> end = stackalloc byte[sizeof(int)];
        end.Fill(byte.MaxValue);
        _hash.AppendData(end);
    }

    /// <summary>64 hexadecimal digits; the digest begins anew.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();

    private void Add(params ReadOnlySpan<string> parts)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            _hash.AppendData(length);
            _hash.AppendData(bytes);
        }
    }
}
