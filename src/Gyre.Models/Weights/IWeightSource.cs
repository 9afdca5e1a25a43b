using System.Diagnostics.CodeAnalysis;

namespace Gyre.Models.Weights;

/// <summary>A set of named tensors, usually memory-mapped: a safetensors folder or a GGUF file.</summary>
/// <remarks>Owns: the mapped memory, until disposed. Safe for several readers at once.</remarks>
public interface IWeightSource : IDisposable
{
    /// <summary>The names, in file order.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Finds a tensor by its exact name.</summary>
    bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor);
}
