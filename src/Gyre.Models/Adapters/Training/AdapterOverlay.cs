using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Training;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Adapters.Training;

/// <summary>What the modules of an adapter lay over a network's weights.</summary>
internal sealed class AdapterOverlay(TapeForward forward, int weights, AdapterDropout dropout, SoftPromptModule? prompt) : ITapeOverlay
{
    private readonly ITapeWeight?[] _weights = new ITapeWeight?[weights];
    private readonly Tensor?[] _vectors = new Tensor?[weights];

    public int VirtualTokens => prompt?.Tokens ?? 0;

    public bool PredictsFirst => prompt?.PredictsFirst == true;

    public Tensor? VirtualRows => prompt?.VirtualRows;

    public void Begin(Tape tape)
    {
        dropout.Begin(tape);
        prompt?.Begin(tape);
    }

    public (Tensor Keys, Tensor Values)? Prefix(Tape tape, int layer) => prompt?.Prefix(tape, layer);

    public void RequireRoom(int longest) => prompt?.RequireRoom(longest);

    public ITapeWeight? Weight(int index) => _weights[index];

    public Tensor? Vector(int index) => _vectors[index];

    /// <summary>What is over a weight so far, or the network's own.</summary>
    public ITapeWeight Under(WeightSpec spec) => _weights[spec.Index] ?? new StoredWeight(forward, spec.Index);

    public void Put(WeightSpec spec, ITapeWeight weight) => _weights[spec.Index] = weight;

    public void Put(WeightSpec spec, Tensor vector) => _vectors[spec.Index] = vector;

    /// <summary>The network's own, whatever it is stored as at the time.</summary>
    private sealed class StoredWeight(TapeForward forward, int index) : ITapeWeight
    {
        public Tensor? Dense => forward.Stored(index).Dense;

        public void CopyRows(int first, Span<float> destination) => forward.Stored(index).CopyRows(first, destination);

        public Tensor Linear(in TapeInput input, Tensor? bias, Tensor? residual) => forward.Stored(index).Linear(in input, bias, residual);

        public Tensor? CrossEntropy(Tape tape, Tensor hidden, ReadOnlySpan<int> targets, double divisor) =>
            forward.Stored(index).CrossEntropy(tape, hidden, targets, divisor);

        public Tensor Rows(Tape tape, ReadOnlySpan<int> ids) => forward.Stored(index).Rows(tape, ids);
    }
}
