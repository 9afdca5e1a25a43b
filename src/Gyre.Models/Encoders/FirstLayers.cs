using System.Diagnostics.CodeAnalysis;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;

namespace Gyre.Models.Encoders;

/// <summary>The weights of an encoder without those that only its later blocks and its head use.</summary>
/// <remarks>Owns: nothing; the source stays the caller's.</remarks>
internal sealed class FirstLayers : IWeightSource
{
    private readonly IWeightSource _whole;
    private readonly HashSet<string> _hidden;

    /// <summary>Hides what the whole network reads and the shorter one does not.</summary>
    public FirstLayers(IWeightSource whole, EncoderConfiguration configuration, EncoderConfiguration shorter, string place)
    {
        _whole = whole;
        var kept = EncoderLoader.Create(shorter, place).Weights.Select(spec => spec.Place.Tensor).ToHashSet(StringComparer.Ordinal);
        var bindings = WeightBinding.Resolve(EncoderLoader.Create(configuration, place), whole, place);
        _hidden = [.. bindings.Where(binding => !kept.Contains(binding.Spec.Place.Tensor)).Select(binding => binding.Tensor.Name)];
        _hidden.ExceptWith(bindings.Where(binding => kept.Contains(binding.Spec.Place.Tensor)).Select(binding => binding.Tensor.Name)); // A tensor may serve twice.
        Names = [.. whole.Names.Where(name => !_hidden.Contains(name))];
    }

    public IReadOnlyList<string> Names { get; }

    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor)
    {
        tensor = null;
        return !_hidden.Contains(name) && _whole.TryGet(name, out tensor);
    }

    public void Dispose()
    {
    }
}
