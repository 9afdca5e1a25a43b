using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gyre.Training.Packing;

/// <summary>
/// Writes tokenised documents to a file that <see cref="TokenFile"/> maps: a header, one 32-bit word a token (the id,
/// with the top bit set when the token counts as a target), then the end of each document.
/// </summary>
/// <remarks>Holds one document and the list of ends in memory. The file appears under its name only when complete.</remarks>
internal sealed class TokenFileWriter : IDisposable
{
    internal const int HeaderBytes = 32;
    internal const uint Magic = 0x4B545947; // "GYTK"
    internal const uint Version = 1;
    internal const uint TargetBit = 1u << 31;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<long> _ends = [];
    private readonly int _vocabularySize;
    private byte[] _buffer = new byte[1 << 16];
    private long _tokens;

    public TokenFileWriter(string path, int vocabularySize)
    {
        _path = path;
        _vocabularySize = vocabularySize;
        _stream = new FileStream(path + ".part", FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        _stream.Write(new byte[HeaderBytes]);
    }

    /// <summary>The number of tokens written so far.</summary>
    public long Tokens => _tokens;

    /// <summary>The number of documents written so far.</summary>
    public int Documents => _ends.Count;

    /// <summary>The number of tokens that count as targets.</summary>
    public long Targets { get; private set; }

    /// <summary>Adds one document; one with no token that counts after its first is left out and false is returned.</summary>
    public bool Append(ReadOnlySpan<int> ids, ReadOnlySpan<bool> counts)
    {
        if (ids.Length != counts.Length)
        {
            throw new ArgumentException($"{ids.Length} ids with {counts.Length} mask entries.", nameof(counts));
        }

        if (ids.Length < 2 || !counts[1..].Contains(true))
        {
            return false;
        }

        var lengthBytes = ids.Length * sizeof(uint);
        if (_buffer.Length < lengthBytes)
        {
            _buffer = new byte[lengthBytes * 2];
        }

        for (var i = 0; i < ids.Length; i++)
        {
            if ((uint)ids[i] >= (uint)_vocabularySize)
            {
                throw new ArgumentOutOfRangeException(nameof(ids), ids[i], $"The id is outside the vocabulary of {_vocabularySize}.");
            }

            var counted = counts[i] && i > 0;
            Targets += counted ? 1 : 0;
            BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(i * sizeof(uint)), (uint)ids[i] | (counted ? TargetBit : 0));
        }

        _hash.AppendData(_buffer, 0, lengthBytes);
        _stream.Write(_buffer, 0, lengthBytes);
        _tokens += ids.Length;
        _ends.Add(_tokens);
        return true;
    }

    /// <summary>Finishes the file and returns the SHA-256 of its tokens and document ends.</summary>
    public string Complete()
    {
        Span<byte> word = stackalloc byte[sizeof(long)];
        foreach (var end in _ends)
        {
            BinaryPrimitives.WriteInt64LittleEndian(word, end);
            _hash.AppendData(word);
            _stream.Write(word);
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], _tokens);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], _ends.Count);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], _vocabularySize);
        _stream.Position = 0;
        _stream.Write(header);
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_path + ".part", _path, overwrite: true);
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose()
    {
        _stream.Dispose();
        _hash.Dispose();
    }
}
