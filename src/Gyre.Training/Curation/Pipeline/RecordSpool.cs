using System.Text;
using Gyre.Training.Curation.Deduplication;
using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Pipeline;

/// <summary>Records in a scratch file, to be read in any order; in memory is where each begins.</summary>
/// <remarks>Owns the file, which is gone when this is disposed of. Cost: 8 bytes of memory a record. One writer; reading is safe for several threads once all is written.</remarks>
internal sealed class RecordSpool : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private readonly FileStream _file;
    private readonly List<long> _starts = [0];
    private readonly MemoryStream _buffer = new(BufferBytes * 2);
    private readonly BinaryWriter _writer;
    private long _written;

    public RecordSpool(string folder)
    {
        _file = ScratchFile.Create(folder);
        _writer = new BinaryWriter(_buffer, Encoding.UTF8);
    }

    public int Count => _starts.Count - 1;

    public long LengthBytes => _starts[^1];

    public void Add(CurationRecord record)
    {
        _writer.Write((byte)record.Shape);
        _writer.Write7BitEncodedInt(record.Parts.Count);
        foreach (var part in record.Parts)
        {
            _writer.Write(part.Role);
            _writer.Write(part.Text);
        }

        _writer.Write(record.Origin.Source);
        _writer.Write(record.Origin.File);
        _writer.Write7BitEncodedInt64(record.Origin.Line);
        _writer.Write(record.Origin.Licence);
        _writer.Write7BitEncodedInt(record.Fields.Count);
        foreach (var (name, value) in record.Fields)
        {
            _writer.Write(name);
            _writer.Write(value);
        }

        _writer.Write7BitEncodedInt(record.Flags.Count);
        foreach (var flag in record.Flags)
        {
            _writer.Write(flag);
        }

        _starts.Add(_written + _buffer.Length);
        if (_buffer.Length >= BufferBytes)
        {
            Flush();
        }
    }

    /// <summary>Ends the writing.</summary>
    public void Flush()
    {
        ScratchFile.Write(_file, _buffer.GetBuffer().AsSpan(0, (int)_buffer.Length), _written);
        _written += _buffer.Length;
        _buffer.SetLength(0);
    }

    public CurationRecord Read(int number)
    {
        var bytes = new byte[_starts[number + 1] - _starts[number]];
        for (var read = 0; read < bytes.Length;)
        {
            var count = RandomAccess.Read(_file.SafeFileHandle, bytes.AsSpan(read), _starts[number] + read);
            read += count > 0 ? count : throw new TrainingException("TRN0510", $"Building a dataset failed: the scratch file '{_file.Name}' became shorter. Leave the work folder alone while the build runs, and run it again.");
        }

        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        var shape = (RecordShape)reader.ReadByte();
        var parts = new RecordPart[reader.Read7BitEncodedInt()];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = new RecordPart(reader.ReadString(), reader.ReadString());
        }

        var origin = new RecordOrigin(reader.ReadString(), reader.ReadString(), reader.Read7BitEncodedInt64(), reader.ReadString());
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            fields[reader.ReadString()] = reader.ReadString();
        }

        var flags = new string[reader.Read7BitEncodedInt()];
        for (var i = 0; i < flags.Length; i++)
        {
            flags[i] = reader.ReadString();
        }

        return new CurationRecord { Shape = shape, Parts = parts, Origin = origin, Fields = fields, Flags = flags };
    }

    public void Dispose()
    {
        _writer.Dispose();
        _file.Dispose();
    }
}
