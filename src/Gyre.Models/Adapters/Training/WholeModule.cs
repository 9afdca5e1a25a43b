using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Training;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Adapters.Training;

/// <summary>A module that is trained whole, or only its bias: copies of the base's numbers stand instead of them.</summary>
internal sealed class WholeModule : ModuleAdapter
{
    private readonly AdaptedNetwork _network;
    private readonly string _biasEnd;
    private readonly Tensor[] _weights;
    private readonly Tensor[] _biases;

    /// <param name="module">The module.</param>
    /// <param name="network">The base.</param>
    /// <param name="takesWeight">The weight is trained, not only the bias.</param>
    /// <param name="isTarget">The adapter changes the module otherwise too.</param>
    public WholeModule(AdapterModule module, AdaptedNetwork network, bool takesWeight, bool isTarget)
        : base(module)
    {
        _network = network;
        _biasEnd = isTarget ? ".base_layer.bias" : ".bias"; // Where PEFT looks for it.
        var isVector = module.Kind == AdapterModuleKind.Norm;
        _weights = takesWeight
            ? [.. module.Parts.Select((part, i) => isVector
                ? Train(network.Pool, ".weight" + Named(i), decays: false, part.Outputs)
                : Train(network.Pool, ".weight" + Named(i), decays: true, part.Outputs, part.Inputs))]
            : [];
        _biases = module.HasBias
            ? [.. module.Parts.Select((part, i) => Train(network.Pool, ".bias" + Named(i), decays: false, part.Outputs))]
            : [];
    }

    /// <summary>The weight is trained, not only the bias.</summary>
    public bool TakesWeight => _weights.Length > 0;

    /// <summary>The base's numbers.</summary>
    public void Initialise()
    {
        for (var i = 0; i < _weights.Length; i++)
        {
            var spec = Module.Parts[i].Weight;
            if (spec.IsVector)
            {
                _weights[i].CopyFrom(_network.Weights.Tensors[spec.Index].Span);
            }
            else
            {
                _network.Forward.Stored(spec.Index).CopyRows(0, _weights[i].Span);
            }
        }

        for (var i = 0; i < _biases.Length; i++)
        {
            _biases[i].CopyFrom(_network.Weights.Tensors[Module.Parts[i].Bias!.Index].Span); // There are biases.
        }
    }

    public override void Lay(AdapterOverlay overlay)
    {
        for (var i = 0; i < Module.Parts.Count; i++)
        {
            var (spec, bias) = Module.Parts[i];
            if (_weights.Length > 0 && spec.IsVector)
            {
                overlay.Put(spec, _weights[i]);
            }
            else if (_weights.Length > 0)
            {
                overlay.Put(spec, new Copy(overlay.Under(spec), _weights[i], Module.Kind == AdapterModuleKind.Matrix));
            }

            if (bias is not null && _biases.Length > 0)
            {
                overlay.Put(bias, _biases[i]);
            }
        }
    }

    public override void Write(AdapterFile file)
    {
        if (_weights.Length > 0 && Module.Kind == AdapterModuleKind.Norm)
        {
            var added = Module.Parts[0].Weight.Place.Added;
            file.Add(PeftAdapter.Root + Module.Path + ".weight", Array.ConvertAll(_weights[0].ToArray(), value => value - added), Module.Rows);
        }
        else if (_weights.Length > 0 && Module.IsTransposed)
        {
            var values = AdapterFile.Transposed(AdapterFile.Joined(Module, _weights), Module.Rows, Module.Columns);
            file.Add(PeftAdapter.Root + Module.Path + ".weight", values, Module.Columns, Module.Rows);
        }
        else if (_weights.Length > 0)
        {
            file.AddParts(Module, ".weight", _weights, Module.Rows, Module.Columns);
        }

        if (_biases.Length > 0)
        {
            file.AddParts(Module, _weights.Length > 0 ? ".bias" : _biasEnd, _biases, BiasRows());
        }
    }

    public override void Fill(AdapterChange change)
    {
        Initialise();
        if (change.Weight is not null && _weights.Length > 0)
        {
            var values = AdapterFile.Read(change.Weight);
            if (Module.Kind == AdapterModuleKind.Norm)
            {
                var added = Module.Parts[0].Weight.Place.Added;
                _weights[0].CopyFrom(Array.ConvertAll(values, value => value + added));
            }
            else
            {
                AdapterFile.Split(Module, Module.IsTransposed ? AdapterFile.Transposed(values, Module.Columns, Module.Rows) : values, _weights);
            }
        }

        if (change.Bias is not null)
        {
            AdapterFile.Split(Module, AdapterFile.Read(change.Bias), _biases);
        }
    }

    public override void Merge(AdapterMerge merge)
    {
        if (_weights.Length > 0 && Module.Kind != AdapterModuleKind.Norm)
        {
            merge.RequireAlone(Module);
        }

        for (var i = 0; i < _weights.Length; i++)
        {
            _weights[i].Span.CopyTo(merge.Change(Module.Parts[i].Weight));
        }

        for (var i = 0; i < _biases.Length; i++)
        {
            _biases[i].Span.CopyTo(merge.Change(Module.Parts[i].Bias!)); // There are biases.
        }
    }

    private int BiasRows() => Module.Kind == AdapterModuleKind.Norm ? Module.Parts[0].Weight.Rows : Module.Rows;

    /// <summary>A copy of a matrix, or of a table: where both are one weight, the other keeps the base's numbers.</summary>
    private sealed class Copy(ITapeWeight under, Tensor copy, bool isMatrix) : ITapeWeight
    {
        public Tensor? Dense => isMatrix ? copy : under.Dense;

        public void CopyRows(int first, Span<float> destination)
        {
            if (isMatrix)
            {
                copy.Span.Slice(first * copy.Shape[^1], destination.Length).CopyTo(destination);
            }
            else
            {
                under.CopyRows(first, destination);
            }
        }

        public Tensor Linear(in TapeInput input, Tensor? bias, Tensor? residual) =>
            isMatrix ? input.Tape.Linear(input.X, copy, bias, residual) : under.Linear(in input, bias, residual);

        public Tensor? CrossEntropy(Tape tape, Tensor hidden, ReadOnlySpan<int> targets, double divisor) =>
            isMatrix ? tape.LinearCrossEntropy(hidden, copy, targets, default, divisor) : under.CrossEntropy(tape, hidden, targets, divisor);

        public Tensor Rows(Tape tape, ReadOnlySpan<int> ids) => isMatrix ? under.Rows(tape, ids) : tape.Embedding(copy, ids);
    }
}
