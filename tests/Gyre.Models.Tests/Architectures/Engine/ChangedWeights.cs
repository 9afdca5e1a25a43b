using System.Diagnostics.CodeAnalysis;
using Gyre.Contracts;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Tests.Architectures.Engine;

/// <summary>A model's weights with other numbers for some modules.</summary>
internal sealed unsafe class ChangedWeights : IWeightSource
{
    private readonly IWeightSource _source;
    private readonly Dictionary<string, (float[] Values, long[] Shape)> _changed = new(StringComparer.Ordinal);

    public ChangedWeights(IWeightSource source, params string[] modules)
    {
        _source = source;
        var random = new SeededRandom(3);
        foreach (var name in source.Names.Where(name => modules.Any(module => name.StartsWith(module + ".", StringComparison.Ordinal))))
        {
            var tensor = source.Get(name);
            var values = GC.AllocateUninitializedArray<float>((int)tensor.Shape.Aggregate(1L, (a, b) => a * b), pinned: true);
            fixed (float* first = values)
            {
                Blocks.Dequantise(tensor.Format, tensor.Bytes, values.Length, first);
            }

            for (var i = 0; i < values.Length; i++)
            {
                values[i] *= 0.5f + random.NextSingle();
            }

            _changed[name] = (values, [.. tensor.Shape]);
        }
    }

    public IEnumerable<(string Name, float[] Values, long[] Shape)> All => _changed.Select(pair => (pair.Key, pair.Value.Values, pair.Value.Shape));

    public IReadOnlyList<string> Names => _source.Names;

    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor)
    {
        if (!_changed.TryGetValue(name, out var own))
        {
            return _source.TryGet(name, out tensor);
        }

        var place = (byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(own.Values, 0);
        tensor = new WeightTensor(name, ElementFormat.F32, own.Shape, place, own.Values.Length * sizeof(float), own.Values);
        return true;
    }

    public void Dispose()
    {
    }
}
