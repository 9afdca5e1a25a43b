using System.Buffers;
using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;

namespace Gyre.Training.Packing;

/// <summary>A memory-mapped file of tokenised documents (see <see cref="TokenFileWriter"/>).</summary>
/// <remarks>Owns: the mapping, until disposed. Used by one thread at a time.</remarks>
internal sealed class TokenFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long[] _ends;

    private TokenFile(MemoryMappedFile file, MemoryMappedViewAccessor view, long[] ends, long tokens, int vocabularySize)
    {
        _file = file;
        _view = view;
        _ends = ends;
        Tokens = tokens;
        VocabularySize = vocabularySize;
    }

    public long Tokens { get; }

    public int VocabularySize { get; }

    public int Documents => _ends.Length;

    /// <summary>Maps a file and checks its header, its length and its document ends.</summary>
    public static TokenFile Open(string path)
    {
        var lengthBytes = new FileInfo(path) is { Exists: true } info
            ? info.Length
            : throw new TrainingException("TRN0041", $"Opening the token file failed: '{path}' is missing. Delete the run's 'data' folder and run again to rebuild it.");
        if (lengthBytes < TokenFileWriter.HeaderBytes)
        {
            throw Damaged(path, $"{lengthBytes} bytes are too short for the header");
        }

        var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        MemoryMappedViewAccessor? view = null;
        try
        {
            view = file.CreateViewAccessor(0, lengthBytes, MemoryMappedFileAccess.Read);
            var header = new byte[TokenFileWriter.HeaderBytes];
            view.ReadArray(0, header, 0, header.Length);
            var tokens = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(8));
            var documents = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(16));
            var vocabulary = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(24));
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != TokenFileWriter.Magic
                || BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)) != TokenFileWriter.Version)
            {
                throw Damaged(path, "it does not begin with the mark of a token file of version 1");
            }

            if (tokens < 0 || documents < 0 || documents > tokens || vocabulary is < 1 or > int.MaxValue || tokens > lengthBytes / sizeof(uint)
                || TokenFileWriter.HeaderBytes + (tokens * sizeof(uint)) + (documents * sizeof(long)) != lengthBytes)
            {
                throw Damaged(path, $"its header speaks of {tokens} tokens in {documents} documents, which does not fit {lengthBytes} bytes");
            }

            var ends = new long[documents];
            view.ReadArray(TokenFileWriter.HeaderBytes + (tokens * sizeof(uint)), ends, 0, ends.Length);
            var previous = 0L;
            foreach (var end in ends)
            {
                if (end - previous < 2 || end > tokens)
                {
                    throw Damaged(path, $"a document ends at token {end} after one that ends at {previous}");
                }

                previous = end;
            }

            return new TokenFile(file, view, ends, tokens, (int)vocabulary);
        }
        catch
        {
            view?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>SHA-256 of the tokens and document ends, as <see cref="TokenFileWriter.Complete"/> returned it.</summary>
    public string ComputeDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        var total = TokenFileWriter.HeaderBytes + (Tokens * sizeof(uint)) + (Documents * (long)sizeof(long));
        for (long position = TokenFileWriter.HeaderBytes; position < total;)
        {
            var count = _view.ReadArray(position, buffer, 0, (int)Math.Min(1 << 20, total - position));
            hash.AppendData(buffer, 0, count);
            position += count;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The first token and the number of tokens of a document.</summary>
    public (long Start, int Length) Document(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return (start, checked((int)(_ends[index] - start)));
    }

    /// <summary>Reads packed words: the id, with the top bit set when the token counts as a target.</summary>
    public void Read(long start, uint[] destination, int offset, int count)
    {
        var read = _view.ReadArray(TokenFileWriter.HeaderBytes + (start * sizeof(uint)), destination, offset, count);
        if (read != count)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"{count} tokens do not fit before the end at {Tokens}.");
        }
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private static TrainingException Damaged(string path, string found) =>
        new("TRN0041", $"Opening the token file failed: '{path}' is damaged, {found}. Delete the run's 'data' folder and run again to rebuild it.");
}
