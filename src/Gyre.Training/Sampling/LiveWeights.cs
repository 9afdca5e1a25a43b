using System.Diagnostics.CodeAnalysis;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Training.Sampling;

/// <summary>The weights of a model in training, read where they lie.</summary>
/// <remarks>Owns: nothing; valid while the model lives.</remarks>
internal sealed unsafe class LiveWeights : IWeightSource
{
    private readonly Dictionary<string, WeightTensor> _tensors = new(StringComparer.Ordinal);

    public LiveWeights(IReadOnlyList<Parameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            var value = parameter.Value;
            _tensors.Add(
                parameter.Name,
                new WeightTensor(parameter.Name, ElementFormat.F32, [.. value.Shape.ToArray().Select(size => (long)size)], (byte*)value.UncheckedData, value.Length * sizeof(float)));
        }

        Names = [.. parameters.Select(parameter => parameter.Name)];
    }

    public IReadOnlyList<string> Names { get; }

    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    public void Dispose()
    {
    }
}
