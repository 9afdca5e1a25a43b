using System.Buffers;
using System.Security.Cryptography;
using Gyre.Contracts;

namespace Gyre.Evaluation.Datasets;

/// <summary>The digest of rows in their order: SHA-256 of their canonical lines, each with its line feed.</summary>
/// <remarks>So it is also the digest of the file to which the registry of datasets exports the same rows.</remarks>
internal sealed class DatasetDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>Adds a row. The order of its facts does not matter.</summary>
    public void Add(DatasetRow row)
    {
        _line.ResetWrittenCount();
        DatasetRowJson.Write(row, _line);
        _line.Write("\n"u8);
        _hash.AppendData(_line.WrittenSpan);
    }

    /// <summary>64 hexadecimal digits; the digest begins anew.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
