using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Training;
using Gyre.Tensors;

namespace Gyre.Models.Adapters.Training;

/// <summary>What an adapter trains of one module.</summary>
/// <remarks>Owns: its tensors, until disposed.</remarks>
internal abstract class ModuleAdapter(AdapterModule module) : IDisposable
{
    private readonly List<Tensor> _tensors = [];
    private readonly List<Parameter> _parameters = [];

    public AdapterModule Module => module;

    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>Numbers that the reference keeps beside the trained ones and counts.</summary>
    public virtual int Constants => 0;

    /// <summary>Puts itself over the module's weights.</summary>
    public abstract void Lay(AdapterOverlay overlay);

    /// <summary>Writes its tensors as PEFT names them.</summary>
    public abstract void Write(AdapterFile file);

    /// <summary>Takes the tensors of a file.</summary>
    public abstract void Fill(AdapterChange change);

    /// <summary>Makes it part of the network's weights.</summary>
    public abstract void Merge(AdapterMerge merge);

    public void Dispose()
    {
        foreach (var tensor in _tensors)
        {
            tensor.Dispose();
        }
    }

    /// <summary>A trained tensor with undefined contents.</summary>
    protected Tensor Train(TensorPool pool, string name, bool decays, params ReadOnlySpan<int> shape)
    {
        var tensor = pool.Rent(shape);
        tensor.RequiresGradient = true;
        _tensors.Add(tensor);
        _parameters.Add(new Parameter(module.Path + name, tensor, decays));
        return tensor;
    }

    /// <summary>What tells parts of a module apart in names: nothing when there is one.</summary>
    protected string Named(int part)
    {
        var name = module.Parts[part].Weight.Name;
        var end = name.LastIndexOf('.');
        return module.Parts.Count == 1 ? "" : name[name.LastIndexOf('.', end - 1)..end];
    }
}
