using System.Diagnostics.CodeAnalysis;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Training;

/// <summary>A file's body under a new head: the head's weights are those the model has already, other heads of the file are not seen.</summary>
/// <remarks>Owns: nothing.</remarks>
internal sealed unsafe class HeadOverlay : IWeightSource
{
    private readonly IWeightSource _file;
    private readonly Dictionary<string, WeightTensor> _own = new(StringComparer.Ordinal);

    /// <param name="file">Where the body comes from.</param>
    /// <param name="family">Knows what heads are called.</param>
    /// <param name="head">The new head.</param>
    /// <param name="architecture">The network with that head.</param>
    /// <param name="tensors">The network's weights, by index.</param>
    public HeadOverlay(IWeightSource file, EncoderFamily family, EncoderHead head, IArchitecture architecture, Tensor[] tensors)
    {
        _file = file;
        var dropsPrefix = !file.Names.Any(name => name.StartsWith(family.Prefix, StringComparison.Ordinal));
        foreach (var spec in architecture.Weights.Where(spec => IsOfHead(family, head, spec.Name)))
        {
            var name = spec.Place.Tensor;
            name = dropsPrefix && name.StartsWith(family.Prefix, StringComparison.Ordinal) ? name[family.Prefix.Length..] : name;

            // A pooler belongs to the body when the file has one.
            if (!IsPooler(family, spec.Name) || !file.TryGet(name, out _))
            {
                var tensor = tensors[spec.Index];
                _own[name] = new WeightTensor(name, ElementFormat.F32, spec.IsVector ? [spec.Rows] : [spec.Rows, spec.Columns], (byte*)tensor.UncheckedData, tensor.Length * sizeof(float));
            }
        }

        Names = [.. file.Names.Where(name => !IsOfAnyHead(family, name)), .. _own.Keys];
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether a parameter belongs to a head, the dense layer before its output included.</summary>
    public static bool IsOfHead(EncoderFamily family, EncoderHead head, string name) =>
        family.Head(head) is { } modules && new[] { modules.Output, modules.Dense, modules.Norm, modules.OutputBias }
            .Any(module => module is not null && (name == module || name.StartsWith(module + ".", StringComparison.Ordinal)));

    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor) => _own.TryGetValue(name, out tensor) || _file.TryGet(name, out tensor);

    public void Dispose()
    {
    }

    private static bool IsPooler(EncoderFamily family, string name) => family.Pooler is { } pooler && name.StartsWith(pooler + ".", StringComparison.Ordinal);

    private static bool IsOfAnyHead(EncoderFamily family, string name) =>
        !IsPooler(family, name) && !IsPooler(family, family.Prefix + name) && Enum.GetValues<EncoderHead>().Any(head => IsOfHead(family, head, name));
}
