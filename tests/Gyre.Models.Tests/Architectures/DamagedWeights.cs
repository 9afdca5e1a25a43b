using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Tests.Architectures;

/// <summary>Weights in which one value of an F32 tensor is replaced.</summary>
internal sealed unsafe class DamagedWeights : IWeightSource
{
    private readonly IWeightSource _source;
    private readonly WeightTensor _damaged;

    public DamagedWeights(IWeightSource source, string name, float value)
    {
        _source = source;
        var tensor = source.Get(name);
        tensor.Format.ShouldBe(ElementFormat.F32);
        var bytes = (byte*)NativeMemory.Alloc((nuint)tensor.LengthBytes);
        Buffer.MemoryCopy(tensor.Bytes, bytes, tensor.LengthBytes, tensor.LengthBytes);
        ((float*)bytes)[5] = value;
        _damaged = new WeightTensor(name, tensor.Format, tensor.Shape, bytes, tensor.LengthBytes);
    }

    public IReadOnlyList<string> Names => _source.Names;

    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor)
    {
        if (name == _damaged.Name)
        {
            tensor = _damaged;
            return true;
        }

        return _source.TryGet(name, out tensor);
    }

    public void Dispose()
    {
        NativeMemory.Free(_damaged.Bytes);
        _source.Dispose();
    }
}
