using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Training;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Adapters.Training;

/// <summary>IA3: factors of a matrix's outputs, or of its inputs.</summary>
internal sealed class ScalingModule : ModuleAdapter
{
    private readonly Tensor? _inputs;
    private readonly Tensor[] _outputs;

    /// <param name="module">The module.</param>
    /// <param name="scalesInputs">Inputs are multiplied, not outputs.</param>
    /// <param name="pool">Where the factors live.</param>
    public ScalingModule(AdapterModule module, bool scalesInputs, TensorPool pool)
        : base(module)
    {
        _inputs = scalesInputs ? Train(pool, ".ia3_l", decays: false, module.Columns) : null;
        _outputs = scalesInputs ? [] : [.. module.Parts.Select((part, i) => Train(pool, ".ia3_l" + Named(i), decays: false, part.Outputs))];
    }

    /// <summary>Ones: the base as it is.</summary>
    public void Initialise()
    {
        foreach (var parameter in Parameters)
        {
            parameter.Value.Fill(1);
        }
    }

    public override void Lay(AdapterOverlay overlay)
    {
        for (var i = 0; i < Module.Parts.Count; i++)
        {
            var spec = Module.Parts[i].Weight;
            overlay.Put(spec, new Part(overlay.Under(spec), _inputs, _inputs is null ? _outputs[i] : null));
        }
    }

    public override void Write(AdapterFile file)
    {
        if (_inputs is not null)
        {
            file.Add(Module, ".ia3_l", _inputs, 1, Module.Columns);
            return;
        }

        file.AddParts(Module, ".ia3_l", _outputs, Module.Rows, 1);
    }

    public override void Fill(AdapterChange change)
    {
        if (_inputs is not null)
        {
            _inputs.CopyFrom(AdapterFile.Read(change.InputGain!)); // The binding checked that it is there.
            return;
        }

        AdapterFile.Split(Module, AdapterFile.Read(change.OutputGain!), _outputs); // As above.
    }

    public override void Merge(AdapterMerge merge)
    {
        if (Module.IsTied)
        {
            merge.RequireAlone(Module);
        }

        for (var i = 0; i < Module.Parts.Count; i++)
        {
            var weight = merge.Change(Module.Parts[i].Weight);
            for (var row = 0; row < Module.Parts[i].Outputs; row++)
            {
                var values = weight.Slice(row * Module.Columns, Module.Columns);
                if (_inputs is not null)
                {
                    WeightRows.Multiply(values, _inputs.Span);
                }
                else
                {
                    WeightRows.Scale(values, _outputs[i].Span[row]);
                }
            }

            if (_inputs is null && Module.Parts[i].Bias is { } bias)
            {
                var values = merge.Change(bias);
                WeightRows.Multiply(values, _outputs[i].Span);
            }
        }
    }

    private sealed class Part(ITapeWeight under, Tensor? inputs, Tensor? outputs) : ITapeWeight
    {
        public Tensor? Dense => null;

        public void CopyRows(int first, Span<float> destination) => under.CopyRows(first, destination);

        public Tensor Rows(Tape tape, ReadOnlySpan<int> ids) => under.Rows(tape, ids);

        public Tensor Linear(in TapeInput input, Tensor? bias, Tensor? residual)
        {
            if (inputs is not null)
            {
                var scaled = input with { X = input.Tape.Multiply(input.X, inputs) };
                return under.Linear(in scaled, bias, residual);
            }

            var y = input.Tape.Multiply(under.Linear(in input, bias, null), outputs!); // One of the two is there.
            return residual is null ? y : input.Tape.Add(residual, y);
        }
    }
}
