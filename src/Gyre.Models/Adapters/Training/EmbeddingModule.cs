using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Training;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Adapters.Training;

/// <summary>W[id] + s·B·A[:, id] of an embedding. An output layer that shares its numbers keeps the base's.</summary>
internal sealed class EmbeddingModule : ModuleAdapter, ITapeWeight
{
    private readonly int _rank;
    private readonly float _scale;
    private readonly Tensor _down;
    private readonly Tensor _up;
    private ITapeWeight? _under;

    public EmbeddingModule(AdapterModule module, AdapterConfiguration configuration, TensorPool pool)
        : base(module)
    {
        (_rank, _scale) = (configuration.RankOf(module.Path), configuration.ScaleOf(module.Path));
        _down = Train(pool, ".lora_embedding_A", decays: true, module.Rows, _rank); // By id, so that rows are gathered.
        _up = Train(pool, ".lora_embedding_B", decays: true, module.Columns, _rank);
    }

    public Tensor? Dense => Under.Dense;

    private ITapeWeight Under => _under ?? throw new InvalidOperationException("Adapt a weight: asked before the adapter lay over it.");

    /// <summary>Zeros for A, normal numbers for B.</summary>
    public void Initialise(SeededRandom random)
    {
        _down.Fill(0);
        var source = random.Fork(Module.Path + ".lora_embedding_B");
        foreach (ref var value in _up.Span)
        {
            value = (float)source.NextGaussian();
        }
    }

    public override void Lay(AdapterOverlay overlay)
    {
        _under = overlay.Under(Module.Parts[0].Weight);
        overlay.Put(Module.Parts[0].Weight, this);
    }

    public void CopyRows(int first, Span<float> destination) => Under.CopyRows(first, destination);

    public Tensor Linear(in TapeInput input, Tensor? bias, Tensor? residual) => Under.Linear(in input, bias, residual);

    public Tensor? CrossEntropy(Tape tape, Tensor hidden, ReadOnlySpan<int> targets, double divisor) =>
        Under.CrossEntropy(tape, hidden, targets, divisor);

    public Tensor Rows(Tape tape, ReadOnlySpan<int> ids)
    {
        var reduced = tape.Embedding(_down, ids);
        return tape.AddLinear(Under.Rows(tape, ids), _scale == 1f ? reduced : tape.Scale(reduced, _scale), _up);
    }

    public override void Write(AdapterFile file)
    {
        file.Add(PeftAdapter.Root + Module.Path + ".lora_embedding_A", AdapterFile.Transposed(_down.Span, Module.Rows, _rank), _rank, Module.Rows);
        file.Add(Module, ".lora_embedding_B", _up, Module.Columns, _rank);
    }

    public override void Fill(AdapterChange change)
    {
        _down.CopyFrom(AdapterFile.Transposed(AdapterFile.Read(change.Down!), _rank, Module.Rows)); // The binding checked that they are there.
        _up.CopyFrom(AdapterFile.Read(change.Up!)); // As above.
    }

    public override void Merge(AdapterMerge merge)
    {
        merge.RequireAlone(Module);
        var weight = merge.Change(Module.Parts[0].Weight);
        var up = AdapterFile.Transposed(_up.Span, Module.Columns, _rank);
        for (var id = 0; id < Module.Rows; id++)
        {
            var row = weight.Slice(id * Module.Columns, Module.Columns);
            for (var k = 0; k < _rank; k++)
            {
                WeightRows.Add(row, up.AsSpan(k * row.Length, row.Length), _down.Span[(id * _rank) + k] * _scale);
            }
        }
    }
}
