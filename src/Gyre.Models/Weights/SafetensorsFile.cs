using System.Diagnostics.CodeAnalysis;

namespace Gyre.Models.Weights;

/// <summary>One memory-mapped safetensors file, checked as a whole when it is opened.</summary>
/// <remarks>
/// <para>Owns: the mapped memory, until disposed. Safe for several readers at once.</para>
/// <para>Cost: opening reads the header only; tensors are paged in when they are touched.</para>
/// <para>Source: the safetensors format.</para>
/// </remarks>
public sealed unsafe class SafetensorsFile : IWeightSource
{
    private readonly MappedFile _file;
    private readonly Dictionary<string, SafetensorsHeader.Entry> _entries;

    private SafetensorsFile(MappedFile file, SafetensorsHeader header)
    {
        _file = file;
        _entries = new Dictionary<string, SafetensorsHeader.Entry>(header.Tensors.Count, StringComparer.Ordinal);
        var names = new string[header.Tensors.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = header.Tensors[i].Name;
            _entries.Add(names[i], header.Tensors[i]);
        }

        Names = names;
        Metadata = header.Metadata;
    }

    /// <summary>The path it was opened from.</summary>
    public string Path => _file.Path;

    /// <inheritdoc />
    public IReadOnlyList<string> Names { get; }

    /// <summary>The free strings that the writer put beside the tensors, for example <c>format</c>; empty when none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Maps a file and checks its header against its length.</summary>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> RUN0001 when it cannot be opened, RUN0002 when it is cut short or its tensors do
    /// not cover it, RUN0003 when the header is not the JSON it should be, RUN0004 when a tensor's entry is wrong.
    /// </remarks>
    public static SafetensorsFile Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            return new SafetensorsFile(file, SafetensorsHeader.Parse(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Finds a tensor by its exact name.</summary>
    /// <remarks>Errors: RUN0006 when the tensor exists in a dtype that cannot be computed on (8-bit floats and the like).</remarks>
    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor)
    {
        var start = _file.Start;
        if (!_entries.TryGetValue(name, out var entry))
        {
            tensor = null;
            return false;
        }

        if (entry.Dtype.Format is not { } format)
        {
            throw WeightErrors.UnsupportedFormat(Path, name, entry.Dtype.Name);
        }

        tensor = new WeightTensor(name, format, entry.Shape, start + entry.Begin, entry.End - entry.Begin, this);
        return true;
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
