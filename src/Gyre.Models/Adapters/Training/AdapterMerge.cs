using Gyre.Models.Architectures;
using Gyre.Tensors;

namespace Gyre.Models.Adapters.Training;

/// <summary>Changes of a network's weights that can be taken back bit by bit.</summary>
/// <remarks>Owns: copies of what was changed.</remarks>
internal sealed class AdapterMerge(AdaptedNetwork network, string name)
{
    private readonly Dictionary<int, float[]> _before = [];

    /// <summary>The numbers of a weight, to be changed in place.</summary>
    /// <remarks>Errors: <c>RUN0426</c> it is not in single precision.</remarks>
    public Span<float> Change(WeightSpec spec)
    {
        if (!spec.IsVector && network.Forward.Stored(spec.Index).Dense != network.Weights.Tensors[spec.Index])
        {
            throw AdapterErrors.CannotMerge(name, $"'{spec.Name}' kept in an encoding");
        }

        var tensor = network.Weights.Tensors[spec.Index];
        _before.TryAdd(spec.Index, tensor.ToArray());
        return tensor.Span;
    }

    /// <summary>Refuses what would change an embedding and an output layer that share their numbers both.</summary>
    /// <remarks>Errors: <c>RUN0426</c>.</remarks>
    public void RequireAlone(AdapterModule module)
    {
        var isShared = module.Parts[0].Weight.Role == WeightRole.Embedding && network.Architecture is not IEncoderArchitecture
            && AdapterModule.Of(network.Architecture).Any(other => other.IsTied && other.Parts[0].Weight == module.Parts[0].Weight);
        if (isShared)
        {
            throw AdapterErrors.CannotMerge(name, $"'{module.Path}', whose numbers embedding and output layer share");
        }
    }

    /// <summary>Puts every changed weight back.</summary>
    public void Undo()
    {
        foreach (var (index, values) in _before)
        {
            network.Weights.Tensors[index].CopyFrom(values);
        }
    }
}
