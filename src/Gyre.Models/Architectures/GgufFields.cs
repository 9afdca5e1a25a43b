using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures;

/// <summary>Typed reads of a GGUF file's keys of one architecture that collect every fault instead of stopping at the first.</summary>
internal sealed class GgufFields(GgufFile file, string architecture)
{
    private const long MaxVectorBytes = 1 << 20;

    public List<string> Faults { get; } = [];

    public string Architecture => architecture;

    /// <summary>A whole number; a fault when it is absent and there is no fallback.</summary>
    public int Integer(string key, int? fallback)
    {
        if (file.Metadata.TryGetInteger($"{architecture}.{key}", out var value))
        {
            return (int)Math.Clamp(value, int.MinValue, int.MaxValue);
        }

        Check(fallback is not null, $"{architecture}.{key} is missing; expected a whole number.");
        return fallback ?? 0;
    }

    public double Number(string key, double fallback) =>
        file.Metadata.TryGetFloat($"{architecture}.{key}", out var value) ? value : fallback;

    public bool Boolean(string key, bool fallback) =>
        file.Metadata.TryGetBoolean($"{architecture}.{key}", out var value) ? value : fallback;

    public string Text(string key, string fallback) =>
        file.Metadata.TryGetString($"{architecture}.{key}", out var value) ? value : fallback;

    /// <summary>A key that is not of one architecture; null when absent.</summary>
    public int? Shared(string key) => file.Metadata.TryGetInteger(key, out var value) ? (int)Math.Clamp(value, int.MinValue, int.MaxValue) : null;

    /// <summary>True when the file has the tensor.</summary>
    public bool Has(string tensor) => file.TryGet(tensor, out _);

    /// <summary>The length of a matrix's slowest axis; null when the file has no such matrix. Some programs write one of a single row as a vector.</summary>
    public int? RowsOf(string tensor) => !file.TryGet(tensor, out var found) ? null : found.Shape.Count switch
    {
        1 => 1,
        2 => (int)Math.Min(found.Shape[0], int.MaxValue),
        _ => null,
    };

    /// <summary>The numbers of a small tensor; empty when the file has none.</summary>
    public unsafe float[] Vector(string name)
    {
        if (!file.TryGet(name, out var tensor))
        {
            return [];
        }

        if (tensor.Format != ElementFormat.F32 || tensor.LengthBytes > MaxVectorBytes)
        {
            Faults.Add($"{name} is {tensor.Format} of {tensor.LengthBytes} bytes; expected F32, one number per rotated pair.");
            return [];
        }

        return new ReadOnlySpan<float>(tensor.Bytes, (int)(tensor.LengthBytes / sizeof(float))).ToArray();
    }

    public void Check(bool isValid, string fault)
    {
        if (!isValid)
        {
            Faults.Add(fault);
        }
    }
}
