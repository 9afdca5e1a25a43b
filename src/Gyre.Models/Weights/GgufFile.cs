using System.Diagnostics.CodeAnalysis;

namespace Gyre.Models.Weights;

/// <summary>One memory-mapped GGUF file (version 2 or 3, little-endian), checked as a whole when it is opened.</summary>
/// <remarks>
/// <para>Shape: row-major, slowest axis first; the file's fastest-first dimensions are reversed here. The values are those
/// of the file: nothing is permuted for an architecture.</para>
/// <para>Owns: the mapped memory, until disposed. Safe for several readers at once.</para>
/// <para>Cost: opening reads the head only; tensors are paged in when they are touched. Source: GGUF v3.</para>
/// </remarks>
public sealed unsafe class GgufFile : IWeightSource
{
    private readonly MappedFile _file;
    private readonly Dictionary<string, GgufHeader.Entry> _entries;

    private GgufFile(MappedFile file, GgufHeader header)
    {
        _file = file;
        Version = header.Version;
        AlignmentBytes = header.AlignmentBytes;
        Metadata = header.Metadata;
        _entries = new Dictionary<string, GgufHeader.Entry>(header.Tensors.Length, StringComparer.Ordinal);
        var names = new string[header.Tensors.Length];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = header.Tensors[i].Name;
            _entries.Add(names[i], header.Tensors[i]);
        }

        Names = names;
    }

    /// <summary>The path it was opened from.</summary>
    public string Path => _file.Path;

    /// <summary>The format's version: 2 or 3.</summary>
    public uint Version { get; }

    /// <summary>What every tensor's offset is a multiple of; 32 unless the file says otherwise.</summary>
    public long AlignmentBytes { get; }

    /// <summary>The typed key-value pairs: architecture, hyper-parameters, vocabulary, template.</summary>
    public GgufMetadata Metadata { get; }

    /// <inheritdoc />
    public IReadOnlyList<string> Names { get; }

    /// <summary>Maps a file and checks its head against its length.</summary>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> RUN0001 when it cannot be opened, RUN0010 when it is not GGUF of a known version,
    /// RUN0011 when it is cut short or claims more than it can hold, RUN0012 when a key or value is malformed, RUN0013 when a
    /// tensor's entry is wrong. A tensor of an unknown type is no error until it is used.
    /// </remarks>
    public static GgufFile Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            return new GgufFile(file, GgufHeader.Parse(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Finds a tensor by its exact name.</summary>
    /// <remarks>Errors: RUN0006, naming tensor and type, when the tensor exists in an encoding that cannot be computed on.</remarks>
    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor)
    {
        var start = _file.Start;
        if (!_entries.TryGetValue(name, out var entry))
        {
            tensor = null;
            return false;
        }

        if (entry.Type.Format is not { } format)
        {
            throw WeightErrors.UnsupportedFormat(Path, name, entry.Type.Name);
        }

        tensor = new WeightTensor(name, format, entry.Shape, start + entry.Offset, entry.LengthBytes, this);
        return true;
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
